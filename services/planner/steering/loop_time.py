"""The end of the loop's own time, said once on each campaign on which it has acted for as long as it may."""

from services.planner.campaigns import Campaigns
from services.planner.decisions.steer import end_time
from services.planner.forecast.policy import LOOP
from shared.errors import Stale


class LoopTime:
    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns

    async def step(self) -> bool:
        """Returns whether any campaign was told of."""
        told = False
        for before in await self._campaigns.under_way():
            if before.steering.since is None:
                continue
            try:
                after = await self._campaigns.change(before.reference, None, LOOP, lambda c, act, _: end_time(c, act))
            except Stale:  # somebody else changed it meanwhile: at the next look
                continue
            told |= after.version > before.version
        return told
