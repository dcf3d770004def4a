"""Reports of how far communications have come: kept, and said where one did not arrive."""

from collections.abc import Callable

from services.dispatcher.ledger.delivery import DeliveryReport
from services.dispatcher.ledger.entry import LedgerRecord
from services.dispatcher.ledger.ports import Ledger
from shared.contracts import CommunicationsReturned, Contract, UnitReturned
from shared.events import Announcer

NOT_ARRIVED = ("returned", "failed")


class DeliveryReports:
    """`unit` gives the unit of the trial that a customer's token is in a campaign."""

    def __init__(self, repository: Ledger, announcer: Announcer, unit: Callable[[str, str], str]) -> None:
        self._repository = repository
        self._announcer = announcer
        self._unit = unit

    async def note(self, campaign: str, report: DeliveryReport) -> None:
        """Keeps a report. A return or failure is said once for each communication and state, and again as it was the
        first time; a later report of an earlier time is in the ledger alone."""
        record = await self._repository.report(campaign, report)
        if report.state in NOT_ARRIVED:
            said = await self._repository.said(report)
            cause = f"{report.reference}:{report.state}"
            returned: list[Contract] = [_returned(campaign, report, record, said)]
            if record.customer and len((await self._repository.issuing(campaign)).plan.arms) > 1:
                unit = self._unit(campaign, record.customer)
                returned.append(UnitReturned(campaign=campaign, unit=unit, at=said.at))
            await self._announcer.announce(cause, said.at, *returned)

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
