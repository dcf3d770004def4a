"""Debt management's view: contacts by week that bring a disclosure, a liability, or a request for time to pay."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.planner.forecast.outlook import Outlook, outlook
from services.planner.forecast.plan_assumptions import plan_assumptions
from services.planner.forecast.refits.standing import Standing
from shared.values import Code, Value

DEBT_REASONS = frozenset({"cannot-pay", "disclosure", "liability", "time-to-pay"})
LEAST_CONTACTS = 0.5
"""Contacts that a week must have to be shown."""


class WeekOfDebt(Value):
    """Contacts of a week from its Monday, by reason."""

    week: date
    contacts: dict[Code, float]


def debt_of(outlooks: Sequence[Outlook]) -> tuple[WeekOfDebt, ...]:
    """Returns the weeks of several campaigns together."""
    weeks: dict[date, dict[str, float]] = {}
    for expected in outlooks:
        total = expected.total()
        for taker in expected.given.takers:
            if taker.reason not in DEBT_REASONS:
                continue
            for day, contacts in zip(expected.days, total, strict=True):
                week = weeks.setdefault(day - timedelta(days=day.weekday()), {})
                week[taker.reason] = week.get(taker.reason, 0.0) + taker.share * float(contacts)
    rounded = ((week, {reason: round(n, 1) for reason, n in by.items()}) for week, by in sorted(weeks.items()))
    return tuple(
        WeekOfDebt(week=week, contacts=by) for week, by in rounded if any(n >= LEAST_CONTACTS for n in by.values())
    )


def debt_by_week(campaigns: Sequence[Standing]) -> tuple[WeekOfDebt, ...]:
    """Returns the weeks of all these campaigns, by what went out and what is planned."""
    return debt_of([outlook(plan_assumptions(each.plan, each.waves)) for each in campaigns if each.waves])
