"""Letters that were issued, as intake heard of them."""

from collections.abc import Callable
from typing import Literal

from shared.contracts import CommunicationsIssued
from shared.customers.generations import joined
from shared.customers.letter_reference import parse_letter_reference
from shared.errors import Invalid
from shared.values import CampaignReference, Code, Instant, LetterReference, Value


class RegisteredLetter(Value):
    """A letter that was issued, as dispatcher told us: its reference, its campaign and its customer (a token).

    `extra_support`: the population says that the customer needs it.
    """

    reference: LetterReference
    campaign: CampaignReference
    arm: Code
    language: Literal["en", "cy"]
    lines_to_take: int
    issued_at: Instant
    customer: str | None = None
    extra_support: bool = False


Lift = Callable[[str, int], str]
"""Returns the token by which intake knows the customer of a token of that generation."""


def letters_of(issued: CommunicationsIssued, lift: Lift = joined) -> list[RegisteredLetter]:
    return [
        RegisteredLetter(
            reference=each.reference,
            campaign=issued.campaign,
            arm=each.arm,
            language=each.language,
            lines_to_take=issued.lines_to_take,
            issued_at=issued.issued_at,
            customer=lift(each.customer, issued.generation) if each.customer else None,
            extra_support=each.extra_support,
        )
        for each in issued.communications
    ]


def canonical(text: str | None) -> str | None:
    """The letter reference in `text`, if it can be one."""
    try:
        return parse_letter_reference(text) if text else None
    except Invalid:
        return None
