"""The weeks to come of a team: contacts of all live campaigns that it takes, or that bring its work."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from services.planner.forecast.helplines.debt import DEBT_REASONS, LEAST_CONTACTS
from services.planner.forecast.outlook import Outlook, outlook
from services.planner.forecast.plan_assumptions import CUSTOMER_SERVICES, EVERY_REASON, plan_assumptions
from services.planner.forecast.refits.standing import Standing
from services.planner.plan.contact_assumptions import Taker
from shared.values import CampaignReference, Code, Value
from shared.wording import title_of

REASONS: Mapping[str, frozenset[str]] = {
    CUSTOMER_SERVICES: frozenset({EVERY_REASON}),  # what plans share out by helpline alone
    "debt-management": DEBT_REASONS,
    "extra-support": frozenset({"extra-support"}),
    "disclosure-team": frozenset({"disclosure"}),
    "compliance": frozenset({"change-to-return"}),
    "complaints": frozenset({"complaint"}),
}
"""Reasons whose contacts come to a team in the end, whoever takes them first."""
WORDS = {
    EVERY_REASON: "All reasons",
    "cannot-pay": "Cannot pay",
    "time-to-pay": "Time to pay",
    "liability": "Liabilities",
    "disclosure": "Disclosures",
    "extra-support": "Extra support",
    "change-to-return": "Changes to a return",
    "complaint": "Complaints",
}


class Week(Value):
    """The contacts of a week from its Monday: by reason as they are expected, and all of them at least and at most."""

    begins: date
    contacts: dict[Code, float]
    low: float
    high: float

    @property
    def central(self) -> float:
        return sum(self.contacts.values())


class Coming(Value):
    """The weeks of a team, the first of them that of today. `silent` are live campaigns whose plan does not say what
    comes to the team."""

    team: Code
    weeks: tuple[Week, ...]
    campaigns: tuple[CampaignReference, ...]
    silent: tuple[CampaignReference, ...]

    @property
    def reasons(self) -> list[str]:
        return sorted({reason for week in self.weeks for reason in week.contacts})


def coming_to(team: str, live: Mapping[str, Standing], today: date) -> Coming:
    """Returns what comes to a team from the week of `today` on, by what went out and what is planned."""
    ours: dict[str, Outlook] = {}
    for campaign, stands in live.items():
        if stands.waves:
            ours[campaign] = outlook(plan_assumptions(stands.plan, stands.waves))
    told = [name for name, expected in ours.items() if any(is_theirs(team, each) for each in expected.given.takers)]
    monday = _monday(today)
    weeks = [week for week in _weeks(team, [ours[name] for name in told]) if week.begins >= monday]
    silent = tuple(sorted(set(ours) - set(told)))
    return Coming(team=team, weeks=tuple(weeks), campaigns=tuple(sorted(told)), silent=silent)


def is_theirs(team: str, taker: Taker) -> bool:
    """Returns whether these contacts are taken by the team, or come to it in the end."""
    return taker.team == team or taker.reason in REASONS.get(team, frozenset())


def reason_words(reason: str) -> str:
    return WORDS.get(reason, title_of(reason))


def _weeks(team: str, outlooks: list[Outlook]) -> list[Week]:
    by_reason: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    bounds: dict[date, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for expected in outlooks:
        takers = [each for each in expected.given.takers if is_theirs(team, each)]
        whole = sum(each.share for each in takers)
        days = zip(expected.days, expected.total("low"), expected.total(), expected.total("high"), strict=True)
        for day, low, central, high in days:
            week = _monday(day)
            bounds[week][0] += whole * float(low)
            bounds[week][1] += whole * float(high)
            for taker in takers:
                by_reason[week][taker.reason] += taker.share * float(central)
    found = (
        Week(begins=week, contacts={r: round(n, 1) for r, n in by.items()}, low=bounds[week][0], high=bounds[week][1])
        for week, by in sorted(by_reason.items())
    )
    return [week for week in found if week.high >= LEAST_CONTACTS]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
