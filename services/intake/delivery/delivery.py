"""Reports of the letter issuer: letters that went out, and letters that came back."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.values import Code, Count, Instant, Value

Reference = Annotated[str, StringConstraints(max_length=40)]


class Despatched(Value):
    """One letter that went out, or could not."""

    letter_reference: Reference
    state: Literal["accepted", "dispatched", "delivered", "failed"] = "dispatched"
    reason: Code | None = None
    at: Instant


class DespatchReport(Value):
    letters: Annotated[tuple[Despatched, ...], Field(min_length=1, max_length=5_000)]


class Returned(Value):
    """One letter that came back, and why."""

    letter_reference: Reference
    reason: Code
    at: Instant


class ReturnedMail(Value):
    letters: Annotated[tuple[Returned, ...], Field(min_length=1, max_length=5_000)]


class Reported(Value):
    """The number of letters that were recognised and passed on, and the positions, from 0, of the unknown ones."""

    passed_on: Count
    unknown: tuple[Count, ...]
