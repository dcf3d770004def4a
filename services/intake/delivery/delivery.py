"""What became of letters on their way, as the letter issuer reports it."""

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
    """How many letters were recognised and passed on; those that are not ours by their position, from 0."""

    passed_on: Count
    unknown: tuple[Count, ...]
