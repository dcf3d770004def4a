"""Waves as they go out: by the population that is loaded, and after a pause on the days that are left."""

from collections.abc import Sequence
from datetime import date

from services.planner.forecast.schedule.schedule import planned_waves
from services.planner.plan.plan import WAVES_AT_MOST, Plan
from services.planner.plan.trial import treated_share
from services.planner.plan.wave_size import WaveSize, added_up
from shared.clock import LONDON
from shared.contracts import WaveStarted
from shared.contracts.schedules import Wave
from shared.working_days import add_working_days, is_working_day, working_days_from


def letters(plan: Plan, eligible: int | None) -> int:
    """Returns the number of communications: by the population, once it is loaded, and by the plan before."""
    if eligible is None or not plan.arms:
        return plan.communications
    return round(eligible * treated_share(plan.arms))


def waves_to_come(
    plan: Plan, eligible: int | None, started: Sequence[WaveStarted], today: date | None = None
) -> tuple[Wave, ...]:
    """Returns the waves that have not started, as dispatcher sends them: in order, until everybody is written to; with
    `today`, none before it, and none beside another on one day.
    """
    planned = planned_waves(plan)
    since = max((wave.on for wave in started), default=date.min)
    ahead = [wave for wave in planned if wave.on > since]
    left = letters(plan, eligible) - sum(wave.communications for wave in started)
    number, day = max((wave.wave for wave in started), default=0), _earliest(started, today)
    most = WAVES_AT_MOST if eligible is not None else len(ahead)  # who is left over is known by the population alone
    found: list[Wave] = []
    while left > 0 and planned and len(found) < most:
        wave = ahead[len(found)] if len(found) < len(ahead) else None
        size = min(left, wave.size if wave else planned[-1].size)
        on = max(wave.on if wave else planned[-1].on, day)
        found.append(Wave(number=number + len(found) + 1, on=on, size=size))
        left, day = left - size, add_working_days(on, 1)
    return tuple(found)


def as_sizes(started: Sequence[WaveStarted], to_come: Sequence[Wave]) -> tuple[WaveSize, ...]:
    """Returns all waves: those that have started on the day on which they did, and those to come."""
    went = [WaveSize(on=_day(wave), size=wave.communications) for wave in started]
    return added_up([*went, *(WaveSize(on=wave.on, size=wave.size) for wave in to_come)])


def working_days_late(plan: Plan, started: Sequence[WaveStarted], today: date) -> int:
    """Returns by how many working days the next wave comes later than its plan says, if it comes from `today` on."""
    agreed, now = waves_to_come(plan, None, started), waves_to_come(plan, None, started, today)
    if not agreed or not now:
        return 0
    days = 0
    for day in working_days_from(agreed[0].on):
        if day >= now[0].on:
            return days
        days += 1
    return days


def _earliest(started: Sequence[WaveStarted], today: date | None) -> date:
    if today is None:
        return date.min
    begun_today = any(_day(wave) == today for wave in started)
    return today if is_working_day(today) and not begun_today else add_working_days(today, 1)


def _day(wave: WaveStarted) -> date:
    return max(wave.on, wave.started_at.astimezone(LONDON).date())
