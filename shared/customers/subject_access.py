"""The data that a service holds about a customer, in one piece: for them to read, and for the team that
answers for it.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import StringConstraints, model_validator

from shared.customers.reference import CustomerReference
from shared.values import Value

Record = dict[str, Any]
Ground = Literal["no-longer-needed", "consent-withdrawn", "objection", "unlawful", "legal-obligation", "not-theirs"]
"""Why a customer may ask that what is kept of them is erased."""


class Whom(Value):
    """How a customer is named: by a letter they hold, or by their own reference. Never in a URL."""

    letter_reference: Annotated[str, StringConstraints(max_length=40)] | None = None
    customer_reference: CustomerReference | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.letter_reference is None) == (self.customer_reference is None):
            raise ValueError("give either letter_reference or customer_reference")
        return self


class Export(Value):
    """`holdings` are the records by type, with what is encrypted elsewhere in clear; `seen_by` is who saw them."""

    made_at: datetime
    letters: tuple[str, ...]
    holdings: dict[str, list[Record]]
    seen_by: list[Record]
    restricted: bool

    @property
    def empty(self) -> bool:
        return not any(self.holdings.values())
