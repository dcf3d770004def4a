"""How many customers will get in touch, day by day: what the helplines are told, and what reality is held against."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.planner.forecast.response_curve import daily_shares
from services.planner.response_handling import ContactRate
from shared.contracts.campaigns import ExpectedContacts, Wave


def expected_contacts(waves: Sequence[Wave], rate: ContactRate) -> tuple[ExpectedContacts, ...]:
    """For each day from the first wave until the responses to the last have died out.

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
