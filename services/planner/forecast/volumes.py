"""The forecast that contacts are held against: of the communications that have gone out, not of those that will."""

from collections.abc import Sequence
from datetime import date, datetime

from services.planner.forecast.outlook import outlook
from services.planner.forecast.plan_assumptions import plan_assumptions, plan_problems
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from shared.clock import LONDON
from shared.contracts import ContactVolumeForecast, WaveStarted
from shared.contracts.contact_volumes import MOST_DAYS, ExpectedVolume, TeamShare

QUARTER_WEIGHTS = (
    3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 8, 8, 8, 7, 6, 6, 6, 6,
    7, 7, 7, 7, 7, 7, 7, 6, 6, 6, 5, 5, 4, 4, 3, 3, 3, 2, 2, 2,
)  # fmt: skip
"""Contacts by quarter of an hour from 08:00 to 18:00: busiest between 10:00 and 11:30, less at noon, a second, lower
height in the afternoon, as L. Brown et al. (2005), Journal of the American Statistical Association 100: 36-50, show for
a call centre. An assumption in whole numbers, not a measurement of these helplines."""


def volume_forecast(
    campaign: str, plan: Plan, plan_version: int, started: Sequence[WaveStarted], at: datetime
) -> ContactVolumeForecast | None:
    """The event to say once the waves `started` have; None without a contact rate."""
    sizes = [WaveSize(on=_day(wave), size=wave.communications) for wave in started if wave.communications]
    if not sizes or any(plan_problems(plan)):
        return None
    given = plan_assumptions(plan, sizes)
    expected = outlook(given)
    helplines = plan.responses.helplines if plan.responses else ()
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
        quarter_weights=QUARTER_WEIGHTS,
        teams=tuple(TeamShare(team=each.code, percent=each.percent) for each in helplines),
        forecast_at=at,
    )


def _day(wave: WaveStarted) -> date:
    """The day on which a wave went out: after a pause that is later than the one that was planned."""
    return max(wave.on, wave.started_at.astimezone(LONDON).date())
