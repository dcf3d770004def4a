"""How long a communication is on its way: days from its issue to its arrival, by channel and class of post."""

from collections.abc import Mapping
from datetime import date

from services.planner.forecast.assumptions import ArmAssumption
from services.planner.plan.contact_assumptions import PostClass
from shared.working_days import ONE_DAY, Division, add_working_days, is_working_day

DELIVERY_DAYS: Mapping[PostClass, tuple[int, ...]] = {"first": (1, 2), "second": (3, 4), "economy": (3, 4, 5, 6)}
"""Days from the dispatch of a letter to its delivery, each as likely: Mondays to Saturdays for first class, working
days for the others."""
AT_ONCE = frozenset({"email", "text"})
_SATURDAY = 5


def arrivals(arm: ArmAssumption, issued: date, division: Division) -> dict[date, float]:
    """The days on which a communication that is issued on a day arrives, with their probabilities.

    E-mail and text arrive the same day. Post is dispatched the next working day after it was issued for print.
    """
    if arm.channel in AT_ONCE:
        return {issued: 1.0}
    dispatched = add_working_days(issued, 1, division)
    days = DELIVERY_DAYS[arm.post]
    return {_delivered(arm.post, dispatched, count, division): 1 / len(days) for count in days}


def latest_arrival(arm: ArmAssumption, issued: date, division: Division) -> date:
    return max(arrivals(arm, issued, division))


def _delivered(post: PostClass, dispatched: date, count: int, division: Division) -> date:
    if post != "first":
        return add_working_days(dispatched, count, division)
    day = dispatched
    while count:
        day += ONE_DAY
        count -= _is_delivery_day(day, division)
    return day


def _is_delivery_day(day: date, division: Division) -> bool:
    """Mondays to Saturdays that are no bank holidays."""
    return day.weekday() == _SATURDAY or is_working_day(day, division)
