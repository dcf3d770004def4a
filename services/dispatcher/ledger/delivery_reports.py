"""Reports of how far communications have come: kept, and said where one did not arrive."""

from typing import Any, Protocol

from services.dispatcher.ledger.delivery import DeliveryReport
from shared.contracts import CommunicationsReturned
from shared.events import Announcer

NOT_ARRIVED = ("returned", "failed")


class ReportRepository(Protocol):
    async def report(self, campaign: str, report: DeliveryReport) -> dict[str, Any]:
        """The ledger's entry with the report merged into it. Raises `NotFound` for a reference that was not issued."""
        ...

    async def said(self, report: DeliveryReport) -> dict[str, Any]:
        """What is said of a communication in that state: this report, unless another one was said before."""
        ...

    async def campaign_of(self, reference: str) -> str:
        """Raises `NotFound`."""
        ...


class DeliveryReports:
    def __init__(self, repository: ReportRepository, announcer: Announcer) -> None:
        self._repository = repository
        self._announcer = announcer

    async def note(self, campaign: str, report: DeliveryReport) -> None:
        """Said once for each communication and state, and again as it was the first time: what is heard later, of an
        earlier time, is in the ledger alone."""
        entry = await self._repository.report(campaign, report)
        if report.state in NOT_ARRIVED:
            said = await self._repository.said(report)
            cause = f"{report.reference}:{report.state}"
            await self._announcer.announce(cause, said["at"], _returned(campaign, report, entry, said))

    async def receipt(self, report: DeliveryReport) -> None:
        """Of a provider, who knows no campaigns."""
        await self.note(await self._repository.campaign_of(report.reference), report)


def _returned(
    campaign: str, report: DeliveryReport, entry: dict[str, Any], said: dict[str, Any]
) -> CommunicationsReturned:
    return CommunicationsReturned(
        campaign=campaign,
        reference=report.reference,
        arm=entry["arm"],
        channel=entry["channel"],
        state="returned" if report.state == "returned" else "failed",
        reason=said["reason"],
        at=said["at"],
    )
