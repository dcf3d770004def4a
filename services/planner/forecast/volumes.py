"""The forecast that contacts are held against: of the communications that have gone out, not of those that will."""

from collections.abc import Sequence
from datetime import date, datetime

from services.planner.forecast.assumptions import ArmAssumption, Assumptions, Taker, WaveSize
from services.planner.forecast.outlook import outlook
from services.planner.forecast.rate import Rate
from services.planner.plan.plan import Plan
from shared.clock import LONDON
from shared.contracts import ContactVolumeForecast, WaveStarted
from shared.contracts.contact_volumes import MOST_DAYS, ExpectedVolume, TeamShare

SOURCE = "the plan"
QUARTER_WEIGHTS = (
    3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 8, 8, 8, 7, 6, 6, 6, 6,
    7, 7, 7, 7, 7, 7, 7, 6, 6, 6, 5, 5, 4, 4, 3, 3, 3, 2, 2, 2,
)  # fmt: skip
"""Contacts by quarter of an hour from 08:00 to 18:00: busiest between 10:00 and 11:30, less at noon, a second, lower
height in the afternoon, as L. Brown et al. (2005), Journal of the American Statistical Association 100: 36-50, show for
a call centre. An assumption in whole numbers, not a measurement of these helplines."""


def plan_assumptions(plan: Plan, waves: Sequence[WaveSize]) -> Assumptions | None:
    """The assumptions of an approved plan; None while it does not say enough. All its contacts are one team's here."""
    if plan.contact_rate is None or plan.customers is None or not waves:
        return None
    rate = Rate(**plan.contact_rate.model_dump(), source=SOURCE)
    arms = [
        ArmAssumption(code=arm.code, control=arm.control, share=arm.share, channel=arm.channel or "print", rate=rate)
        for arm in plan.arms
    ]
    first = min(wave.on for wave in waves)
    return Assumptions(
        customers=max(plan.customers, 2 * sum(wave.size for wave in waves) * len(arms)),
        first_day=first,
        respond_by=plan.respond_by if plan.respond_by and plan.respond_by > first else None,
        arms=tuple(arms),
        waves=tuple(waves),
        takers=(Taker(reason="any", team="any", share=1.0),),
    )


def volume_forecast(
    campaign: str, plan: Plan, plan_version: int, started: Sequence[WaveStarted], at: datetime
) -> ContactVolumeForecast | None:
    """The event to say once the waves `started` have; None without a contact rate."""
    sizes = [WaveSize(on=_day(wave), size=wave.communications) for wave in started if wave.communications]
    given = plan_assumptions(plan, sizes)
    if given is None:
        return None
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
