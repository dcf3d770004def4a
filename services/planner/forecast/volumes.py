"""The forecast that contacts are held against: of the communications that have gone out, not of those that will."""

from collections.abc import Sequence
from datetime import datetime

from services.planner.forecast.outlook import outlook
from services.planner.forecast.plan_assumptions import plan_assumptions, plan_problems
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from shared.contracts import ContactVolumeForecast, WaveStarted
from shared.contracts.contact_volumes import MOST_DAYS, ExpectedVolume


def volume_forecast(
    campaign: str, plan: Plan, plan_version: int, started: Sequence[WaveStarted], at: datetime
) -> ContactVolumeForecast | None:
    """The event to say once the waves `started` have; None without a contact rate."""
    sizes = [WaveSize(on=wave.on, size=wave.communications) for wave in started if wave.communications]
    if not sizes or any(plan_problems(plan)):
        return None
    given = plan_assumptions(plan, sizes)
    expected = outlook(given)
    days = zip(expected.days, expected.total(), expected.opened, strict=True)
    return ContactVolumeForecast(
        campaign=campaign,
        plan_version=plan_version,
        waves=len(started),
        communications=sum(wave.size for wave in sizes),
        days=tuple(ExpectedVolume(on=on, hundredths=round(100 * float(n))) for on, n, is_open in days if is_open)[
            :MOST_DAYS
        ],
        day_noise_percent=round(100 * given.day_noise),
        forecast_at=at,
    )
