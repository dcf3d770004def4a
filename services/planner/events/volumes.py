"""The forecast that contacts of a campaign are held against, as its waves, its pace and its plan are now."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from services.planner.campaign import Campaign
from services.planner.forecast.schedule.issued import IssuedCount
from services.planner.forecast.volumes import volume_forecast
from services.planner.lifecycle import UNDER_WAY, Step
from services.planner.progress.ports import ProgressRepository
from shared.contracts import ContactVolumeForecast, Contract, WaveStarted

CHANGE_IT = frozenset({Step.SLOW, Step.PAUSE, Step.RESUME, Step.AMEND})


class WatchedVolumes:
    def __init__(self, progress: ProgressRepository) -> None:
        self._progress = progress

    async def expected(self, campaign: Campaign, at: datetime) -> ContactVolumeForecast | None:
        """Returns the forecast from now on; None before the first wave."""
        reference = campaign.reference
        waves, issued = await asyncio.gather(self._progress.waves(reference), self._progress.issued(reference))
        return volume_forecast(reference, campaign, waves, issued, at) if waves else None


def forecast_after(
    changed: Campaign, waves: Sequence[WaveStarted], issued: Sequence[IssuedCount], at: datetime
) -> list[Contract]:
    """Returns the forecast where a change of a campaign that is under way changes it: the watch hears of it at once,
    and not with the next wave.
    """
    if not waves or changed.state not in UNDER_WAY or not {change.step for change in changed.changes} & CHANGE_IT:
        return []
    expected = volume_forecast(changed.reference, changed, waves, issued, at)
    return [expected] if expected else []
