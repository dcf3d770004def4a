"""The forecast that contacts are held against: of the communications that have gone out, not of those that will."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.planner.forecast.outlook import outlook
from services.planner.forecast.plan_assumptions import plan_assumptions, plan_problems
from services.planner.forecast.schedule.issued import IssuedCount, out_by_day
from services.planner.forecast.schedule.pace import Pace, going_out
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize, added_up
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


class Planned(Protocol):
    """A campaign as far as its forecast asks."""

    @property
    def plan(self) -> Plan: ...

    @property
    def plan_version(self) -> int: ...

    @property
    def version(self) -> int: ...

    @property
    def pace(self) -> Pace: ...


def volume_forecast(
    campaign: str,
    planned: Planned,
    started: Sequence[WaveStarted],
    issued: Sequence[IssuedCount],
    at: datetime,
) -> ContactVolumeForecast | None:
    """The event to say while the waves `started` have, and `issued` is out; None without a contact rate. What is left
    of these waves goes out by the campaign's pace; of a paused campaign nothing more does.
    """
    plan, sizes = planned.plan, _sizes(planned.pace, started, issued, at)
    if not sizes or any(plan_problems(plan)):
        return None
    given = plan_assumptions(plan, sizes)
    expected = outlook(given)
    helplines = plan.responses.helplines if plan.responses else ()
    days = zip(expected.days, expected.total(), expected.opened, strict=True)
    return ContactVolumeForecast(
        campaign=campaign,
        plan_version=planned.plan_version,
        waves=len(started),
        revision=planned.version,
        communications=sum(wave.size for wave in sizes),
        days=tuple(ExpectedVolume(on=on, hundredths=round(100 * float(n))) for on, n, is_open in days if is_open)[
            :MOST_DAYS
        ],
        day_noise_percent=round(100 * given.day_noise),
        quarter_weights=QUARTER_WEIGHTS,
        teams=tuple(TeamShare(team=each.code, percent=each.percent) for each in helplines),
        forecast_at=at,
    )


def cause_of(event_id: str, said: ContactVolumeForecast) -> str:
    """Returns the cause of a forecast that follows an event. Heard again, it may be followed by another one,
    of a newer plan or of what went out meanwhile: that is another event, and the same forecast is the same one."""
    return f"{event_id}:{hashlib.sha256(said.model_dump_json().encode()).hexdigest()}"


def _sizes(
    pace: Pace, started: Sequence[WaveStarted], issued: Sequence[IssuedCount], at: datetime
) -> tuple[WaveSize, ...]:
    """The communications of waves that have started, by the day on which they went out or will."""
    out = out_by_day(issued)
    rest = max(0, sum(wave.communications for wave in started) - sum(wave.size for wave in out))
    if pace.paused or not rest:
        return out
    since = max(wave.started_at for wave in started)
    return added_up((*out, *going_out(pace, rest, (), max(since, at).astimezone(LONDON).date(), out)))
