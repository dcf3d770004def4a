"""What became of letters on their way, as the letter issuer reports it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Protocol

from pydantic import Field, StringConstraints

from services.intake.register.letter import RegisteredLetter, canonical
from shared.clock import Clock
from shared.contracts import DeliveryReported
from shared.idempotency import Request
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


class Letters(Protocol):
    async def letters(self, references: Sequence[str]) -> dict[str, RegisteredLetter]: ...


class DeliveryRepository(Protocol):
    async def add(
        self, request: Request, said: Sequence[DeliveryReported], reported: Reported, at: datetime
    ) -> Reported:
        """Keep the report and say what it tells, all or nothing. Raises `Conflict` for another under this id."""
        ...


class DeliveryRecorder:
    def __init__(self, repository: DeliveryRepository, letters: Letters, clock: Clock) -> None:
        self._repository = repository
        self._letters = letters
        self._clock = clock

    async def despatched(self, request: Request, report: DespatchReport, provider: str) -> Reported:
        return await self._report(request, report.letters, provider)

    async def returned(self, request: Request, report: ReturnedMail, provider: str) -> Reported:
        return await self._report(request, report.letters, provider)

    async def _report(self, request: Request, reports: Sequence[Despatched | Returned], provider: str) -> Reported:
        references = [canonical(report.letter_reference) or "" for report in reports]
        letters = await self._letters.letters(references)
        said = [
            _said(report, letters[reference], provider)
            for report, reference in zip(reports, references, strict=True)
            if reference in letters
        ]
        unknown = tuple(place for place, reference in enumerate(references) if reference not in letters)
        reported = Reported(passed_on=len(said), unknown=unknown)
        return await self._repository.add(request, said, reported, self._clock.now())


def _said(report: Despatched | Returned, letter: RegisteredLetter, provider: str) -> DeliveryReported:
    return DeliveryReported(
        campaign=letter.campaign,
        reference=letter.reference,
        state="returned" if isinstance(report, Returned) else report.state,
        reason=report.reason,
        provider=provider,
        at=report.at,
    )
