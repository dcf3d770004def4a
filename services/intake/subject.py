"""Whose data it is: a customer, by the token that stands for them and the letters they hold."""

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from shared.customer_reference import CustomerReference
from shared.values import Value


class Whom(Value):
    """How a customer is named: by a letter they hold, or by their own reference. Never in a URL."""

    letter_reference: Annotated[str, StringConstraints(max_length=40)] | None = None
    customer_reference: CustomerReference | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.letter_reference is None) == (self.customer_reference is None):
            raise ValueError("give either letter_reference or customer_reference")
        return self


class Subject(Value):
    """`customer` is None for somebody of whom we know a letter only."""

    customer: str | None
    letters: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        """What records, restrictions and the audit trail name them by."""
        return [*([self.customer] if self.customer else []), *self.letters]
