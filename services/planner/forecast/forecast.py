"""The forecast of contacts by day: helplines are told it, and the actual contacts are compared with it."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.planner.forecast.response_curve import daily_shares
from services.planner.forecast.schedule import last_day, planned_waves
from services.planner.plan.plan import Plan
from services.planner.plan.response_handling import ContactRate
from shared.contracts.campaigns import ExpectedContacts, Wave

RESPONSES_FOR = timedelta(days=len(daily_shares()) - 1)
"""The time after a mailing in which responses come."""


def forecast(plan: Plan) -> tuple[ExpectedContacts, ...]:
    """Returns how many customers are expected to get in touch, by day; nothing while the plan leaves its launch, size,
    arms or contact rate open.
    """
    waves = planned_waves(plan)
    return expected_contacts(waves, plan.contact_rate) if waves and plan.contact_rate else ()


def responses_end(plan: Plan) -> date | None:
    """Returns the last day on which customers are expected to get in touch, or are asked to respond; None without a
    launch.
    """
    if plan.launch is None:
        return None
    last = last_day(plan)
    ended = min(last, date.max - RESPONSES_FOR) + RESPONSES_FOR
    return max(ended, plan.respond_by or ended)


def expected_contacts(waves: Sequence[Wave], rate: ContactRate) -> tuple[ExpectedContacts, ...]:
    """Returns the expected contacts of each day from the first wave until the responses to the last wave have ended.

    Each wave's responses follow the response curve from the day it goes out; the waves add up. Whole numbers, rounded
    so that their sum is the rounded total.
    """
    shares = daily_shares()
    first = min(wave.on for wave in waves)
    days = (max(wave.on for wave in waves) - first).days + len(shares)
    letters = [0.0] * days
    for wave in waves:
        for after, share in enumerate(shares, start=(wave.on - first).days):
            letters[after] += wave.size * share
    low, central, high = (_whole([x * r for x in letters]) for r in (rate.low, rate.central, rate.high))
    return tuple(_expected(first, day, low, central, high) for day in range(days))


def _expected(first: date, day: int, low: list[int], central: list[int], high: list[int]) -> ExpectedContacts:
    return ExpectedContacts(on=first + timedelta(days=day), low=low[day], central=central[day], high=high[day])


def _whole(amounts: Sequence[float]) -> list[int]:
    """Rounds the running total, so that no contact is lost or gained over the whole series."""
    rounded, total = [], 0.0
    for amount in amounts:
        before, total = round(total), total + amount
        rounded.append(round(total) - before)
    return rounded
