"""Disclosures: information that a customer offered unasked, and its states. Nothing here decides whether a disclosure
was prompted."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.intake.work_list import Note, Waiting
from shared.customers.letter_reference import ALPHABET
from shared.paging import Place
from shared.reading.signs import seen
from shared.values import Code, Instant, Value

Kind = Literal["unprompted-correction", "extra-facts", "disclosure"]
State = Literal["received", "acknowledged", "routed", "resolved"]
FreeText = Annotated[str, StringConstraints(max_length=4_000)]
ShortText = Annotated[str, StringConstraints(max_length=200)]
PENCE_AT_MOST = 10**13
Pence = Annotated[int, Field(strict=True, ge=0, le=PENCE_AT_MOST)]
_SPELT = re.compile(r"V[2-9A-HJKMNP-Z]{12}")
DisclosureReference = Annotated[str, StringConstraints(pattern=r"^V(-[2-9A-HJKMNP-Z]{4}){3}$")]

BEFORE: dict[State, tuple[State, ...]] = {
    "received": (),
    "acknowledged": ("received",),
    "routed": ("acknowledged",),
    "resolved": ("acknowledged", "routed"),
}
"""States by those that each can follow: a disclosure is acknowledged before it is passed on or resolved."""


class Item(Value):
    """One thing that was volunteered: what, for which period, how much, and of which tax."""

    what: ShortText = Field(repr=False)
    period: ShortText | None = Field(None, repr=False)
    amount_pence: Pence | None = Field(None, repr=False)
    tax: Code | None = None


class Volunteered(Value):
    """Volunteered information, recorded as said."""

    kind: Kind
    description: FreeText = Field(repr=False)
    period: ShortText | None = Field(None, repr=False)
    amount_pence: Pence | None = Field(None, repr=False)
    tax: Code | None = None
    items: Annotated[tuple[Item, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _total_can_be(self) -> Self:
        if (self.total_pence or 0) > PENCE_AT_MOST:
            raise ValueError("the amounts of the items add up to more than 100 billion pounds: check them")
        return self

    @property
    def total_pence(self) -> int | None:
        """The amount said in one sum, else the sum of the items; None where no amount was said."""
        amounts = [item.amount_pence for item in self.items if item.amount_pence is not None]
        return self.amount_pence if self.amount_pence is not None else (sum(amounts) if amounts else None)


class Step(Value):
    """A change of state: the new state, who changed it and when."""

    state: State
    by: Code
    at: Instant


class Disclosure(Waiting):
    """Information volunteered in one contact. `owner` is the team that deals with it, by the day `due`.

    The customer is told to quote `reference`.
    """

    reference: DisclosureReference
    state: State
    owner: Code
    due: date
    received_at: Instant
    history: tuple[Step, ...] = ()
    volunteered: Volunteered
    notes: tuple[Note, ...] = ()

    @property
    def place(self) -> Place:
        """Position on the work list of its team: by the day on which it is due."""
        return datetime.combine(self.due, time.min, UTC), self.id


def read_disclosure_key(text: str) -> str:
    """Returns the id or the reference of a disclosure in its one spelling; what is neither stays as it is.

    The reference may have any case, spacing and dashes.
    """
    shown = seen(text)
    spelt = "".join(shown.upper().replace("-", " ").split())
    if _SPELT.fullmatch(spelt):
        return f"V-{spelt[1:5]}-{spelt[5:9]}-{spelt[9:]}"
    return shown.lower()


def disclosure_reference(identifier: str) -> str:
    """Twelve characters that are easy to read out; the same for the same disclosure."""
    value, spelt = UUID(identifier).int, ""
    for _ in range(12):
        value, digit = divmod(value, len(ALPHABET))
        spelt += ALPHABET[digit]
    return f"V-{spelt[:4]}-{spelt[4:8]}-{spelt[8:]}"
