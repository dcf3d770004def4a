"""What was volunteered before its campaign's approval was heard goes by the campaign's own process once it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.late_arrivals.letters import SETTLING_TIME
from shared.clock import Clock


class Approvals(Protocol):
    async def heard_of(self) -> Sequence[tuple[KnownCampaign, datetime]]:
        """Campaigns whose approval is news, and when it was heard, until they are `settled`."""
        ...

    async def settled(self, reference: str, heard_at: datetime) -> None: ...


class ProvisionalDisclosures(Protocol):
    async def settle(self, campaign: KnownCampaign, at: datetime) -> bool:
        """Some that have no process but the default one take the campaign's. Returns whether there were any."""
        ...


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
