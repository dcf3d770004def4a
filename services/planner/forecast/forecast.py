"""The forecast of contacts by day: helplines are told it, and the actual contacts are compared with it."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.planner.forecast.outlook import Level, Outlook, outlook
from services.planner.forecast.plan_assumptions import plan_assumptions, plan_problems
from services.planner.forecast.responses.curve import daily_shares
from services.planner.forecast.schedule.schedule import last_day, planned_waves
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from shared.contracts.schedules import ExpectedContacts
from shared.errors import Invalid

LEVELS: tuple[Level, ...] = ("low", "central", "high")
RESPONSES_FOR = timedelta(days=len(daily_shares()) - 1)
"""The time after a mailing in which responses come."""


def forecast(plan: Plan, waves: Sequence[WaveSize] | None = None) -> tuple[ExpectedContacts, ...]:
    """Returns how many customers are expected to get in touch, by day: for these waves, or for those of the plan; each
    arm by its own rate and channel, and nobody on a day on which nobody answers. Nothing while the plan leaves its
    launch, size, arms or contact rate open.
    """
    planned = [WaveSize(on=wave.on, size=wave.size) for wave in planned_waves(plan)] if waves is None else waves
    if not planned or any(plan_problems(plan)):
        return ()
    try:
        return expected_contacts(outlook(plan_assumptions(plan, planned)))
    except Invalid:  # accepted when there were other bounds
        return ()


def responses_end(plan: Plan) -> date | None:
    """Returns the last day on which customers are expected to get in touch, or are asked to respond; None without a
    launch.
    """
    if plan.launch is None:
        return None
    last = last_day(plan)
    ended = min(last, date.max - RESPONSES_FOR) + RESPONSES_FOR
    return max(ended, plan.respond_by or ended)


def expected_contacts(expected: Outlook) -> tuple[ExpectedContacts, ...]:
    """Returns an outlook by day, from the first day to the last with a contact, in whole numbers that are rounded so
    that their sum is the rounded total.
    """
    low, central, high = (_whole(expected.total(level).tolist()) for level in LEVELS)
    last = max((day for day, counts in enumerate(zip(low, central, high, strict=True)) if any(counts)), default=0)
    first = expected.given.first_day
    return tuple(_expected(first, day, low, central, high) for day in range(last + 1))


def _expected(first: date, day: int, low: list[int], central: list[int], high: list[int]) -> ExpectedContacts:
    return ExpectedContacts(on=first + timedelta(days=day), low=low[day], central=central[day], high=high[day])


def _whole(amounts: Sequence[float]) -> list[int]:
    """Rounds the running total, so that no contact is lost or gained over the whole series."""
    rounded, total = [], 0.0
    for amount in amounts:
        before, total = round(total), total + amount
        rounded.append(round(total) - before)
    return rounded
