"""Reports of how far communications have come: kept, and said where one did not arrive."""

from services.dispatcher.ledger.delivery import DeliveryReport
from services.dispatcher.ledger.entry import LedgerRecord
from services.dispatcher.ledger.ports import Ledger
from shared.contracts import CommunicationsReturned
from shared.events import Announcer

NOT_ARRIVED = ("returned", "failed")


class DeliveryReports:
    def __init__(self, repository: Ledger, announcer: Announcer) -> None:
        self._repository = repository
        self._announcer = announcer

    async def note(self, campaign: str, report: DeliveryReport) -> None:
        """Keeps a report. A return or failure is said once for each communication and state, and again as it was the
        first time; a later report of an earlier time is in the ledger alone."""
        record = await self._repository.report(campaign, report)
        if report.state in NOT_ARRIVED:
            said = await self._repository.said(report)
            cause = f"{report.reference}:{report.state}"
            await self._announcer.announce(cause, said.at, _returned(campaign, report, record, said))

    async def receipt(self, report: DeliveryReport) -> None:
        """Keeps the report of a provider, who does not know the campaign."""
        await self.note(await self._repository.campaign_of(report.reference), report)


def _returned(
    campaign: str, report: DeliveryReport, record: LedgerRecord, said: DeliveryReport
) -> CommunicationsReturned:
    return CommunicationsReturned(
        campaign=campaign,
        reference=report.reference,
        arm=record.arm,
        channel=str(record.channel),
        state="returned" if report.state == "returned" else "failed",
        reason=said.reason,
        at=said.at,
    )
