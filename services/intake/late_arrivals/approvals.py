"""Disclosures that came before the approval of their campaign take the campaign's process once it is heard."""

from services.intake.late_arrivals.letters import SETTLING_TIME
from services.intake.late_arrivals.ports import Approvals, ProvisionalDisclosures
from shared.clock import Clock


class LateApprovals:
    """`real` tells real time, `clock` that of the rest of the service."""

    def __init__(self, approvals: Approvals, disclosures: ProvisionalDisclosures, real: Clock, clock: Clock) -> None:
        self._approvals = approvals
        self._disclosures = disclosures
        self._real = real
        self._clock = clock

    async def step(self) -> bool:
        """Runs as a job and returns whether there was something to do. An approval is news for `SETTLING_TIME`: a
        disclosure that was being recorded when it was heard has been kept by then, or never will be."""
        before = self._real.now() - SETTLING_TIME
        for campaign, heard_at in await self._approvals.heard_of():
            if await self._disclosures.settle(campaign, self._clock.now()):
                return True
            if heard_at < before:
                await self._approvals.settled(campaign.reference, heard_at)
        return False
