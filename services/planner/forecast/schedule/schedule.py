"""The schedule: how many communications go out on which day."""

from datetime import date

from services.planner.plan.dates import LATEST
from services.planner.plan.plan import WAVES_AT_MOST, Plan
from shared.contracts.schedules import Wave
from shared.working_days import add_working_days, working_days_from


def waves(communications: int, launch: date, daily_limit: int) -> tuple[Wave, ...]:
    """Returns one wave each working day from `launch`, of at most `daily_limit`, until all `communications` are out."""
    planned: list[Wave] = []
    days = working_days_from(launch)
    while communications > 0 or not planned:
        size = max(1, min(communications, daily_limit))
        planned.append(Wave(number=len(planned) + 1, on=next(days), size=size))
        communications -= size
    return tuple(planned)


def planned_waves(plan: Plan) -> tuple[Wave, ...]:
    """Returns the waves of a plan; none while its launch, size or arms are open, or for a plan accepted earlier that is
    beyond today's bounds.
    """
    if plan.launch is None or not plan.customers or not plan.arms or beyond_bounds(plan):
        return ()
    if plan.schedule:
        return tuple(Wave(number=n, on=wave.on, size=wave.size) for n, wave in enumerate(plan.schedule, start=1))
    return waves(plan.communications, plan.launch, plan.daily_limit)


def last_day(plan: Plan) -> date:
    """Returns the day of the last wave without listing the waves before it. Raises `ValueError` for a plan without a
    launch.
    """
    if plan.launch is None:
        raise ValueError("a plan without a launch has no last day")
    if plan.schedule:
        return plan.schedule[-1].on
    return plan.launch if beyond_bounds(plan) else add_working_days(plan.launch, plan.waves - 1)


def beyond_bounds(plan: Plan) -> bool:
    """Returns whether a plan, accepted when there were other bounds, has more waves or a later launch than today's."""
    return plan.waves > WAVES_AT_MOST or (plan.launch is not None and plan.launch.year > LATEST.year)
