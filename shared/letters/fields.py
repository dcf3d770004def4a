"""The values that fill the places of a letter."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from shared.letters.markup import unlinked

MONTHS_CY = ("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref",
             "Tachwedd", "Rhagfyr")  # fmt: skip


def letter_fields(
    name: str, letter_reference: str, customer_reference: str, respond_by: date | None, language: str
) -> dict[str, str]:
    """Returns the values for a customer's letter in a language, by the name of their place."""
    return {
        "name": unlinked(name),
        "letter_reference": letter_reference,
        "customer_reference": customer_reference,
        "respond_by": _spelt(respond_by, language),
    }


def agent_fields(fields: Mapping[str, str], agent: str) -> dict[str, str]:
    """Returns the values for the copy that the customer's agent gets."""
    return {**fields, "agent_name": unlinked(agent)}


@lru_cache(maxsize=100)
def _spelt(day: date | None, language: str) -> str:
    if day is None:
        return ""
    month = MONTHS_CY[day.month - 1] if language == "cy" else f"{day:%B}"
    return f"{day.day} {month} {day.year}"
