"""Recognition of the letters that a report of the letter issuer names, before it is kept."""

from collections.abc import Sequence

from services.intake.delivery.delivery import Despatched, DespatchReport, Reported, Returned, ReturnedMail
from services.intake.delivery.ports import DeliveryRepository
from services.intake.register.letter import RegisteredLetter, canonical
from services.intake.register.ports import Letters
from shared.clock import Clock
from shared.contracts import DeliveryReported
from shared.idempotency import Request


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
