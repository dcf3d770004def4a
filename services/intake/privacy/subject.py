"""The subject of data: a customer, by the token that stands for them and the letters they hold."""

from collections.abc import Mapping
from typing import Any

from shared.values import Value


class Subject(Value):
    """The customer's token and letters; `customer` is None where only a letter is known."""

    customer: str | None
    letters: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        """Names of the customer in records, restrictions and the audit trail."""
        return [*([self.customer] if self.customer else []), *self.letters]


WHO_CALLED = ("caller_name", "caller_phone", "customer_reference")


def without_others(said: dict[str, Any], row: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """Returns the words of a record as the subject may read them.

    Somebody else who called about the subject's letter, and gave a reference of their own, is not named.
    """
    names = said if "given" in said else row
    letter_is_of, called = names.get("customer"), names.get("given")
    if not letter_is_of or not called or called in (letter_is_of, subject.customer):
        return said
    kept = {name: value for name, value in said.items() if name not in WHO_CALLED}
    if "report" in kept:
        kept["report"] = {name: value for name, value in kept["report"].items() if name not in WHO_CALLED}
    return kept | {
        "withheld": "The name, telephone number and reference of another person, who called about this letter"
    }
