"""What was volunteered before its campaign's approval was heard goes by the campaign's own process once it is."""

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
        """As a job does it: whether there was something to do. An approval is news until what was being recorded when
        it was heard, by somebody who had not heard of it, has been kept or never will be."""
        before = self._real.now() - SETTLING_TIME
        for campaign, heard_at in await self._approvals.heard_of():
            if await self._disclosures.settle(campaign, self._clock.now()):
                return True
            if heard_at < before:
                await self._approvals.settled(campaign.reference, heard_at)
        return False
