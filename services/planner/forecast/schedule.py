"""The schedule: how many communications go out on which day."""

from datetime import date

from services.planner.plan.plan import Plan
from services.planner.plan.trial import treated_share
from shared.contracts.campaigns import Wave
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
    """Returns the waves of a plan; none while its launch, size or arms are open."""
    if plan.launch is None or not plan.customers or not plan.arms:
        return ()
    return waves(_communications(plan), plan.launch, plan.daily_limit)


def last_day(plan: Plan) -> date:
    """Returns the day of the last wave without listing the waves before it. Raises `ValueError` for a plan without a
    launch.
    """
    if plan.launch is None:
        raise ValueError("a plan without a launch has no last day")
    further = max(0, -(-_communications(plan) // plan.daily_limit) - 1)
    return add_working_days(plan.launch, further)


def _communications(plan: Plan) -> int:
    return round((plan.customers or 0) * treated_share(plan.arms)) if plan.arms else 0
