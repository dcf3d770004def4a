"""Schedules against all schedules there are, by property on large cases, and the changes that make one fit."""

from datetime import date, timedelta
from itertools import product
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.outlook import outlook
from services.planner.forecast.schedule.limits import IssueLimits, issue_days
from services.planner.forecast.schedule.program import IssueProgram
from services.planner.forecast.schedule.proposal import Proposal, propose
from services.planner.plan.wave_size import WaveSize
from shared.errors import Invalid
from tests.planner.given.outlooks import FIRST_DAY, RATE, assumptions

ASKED_ON = FIRST_DAY - timedelta(days=1)


def team(name: str, contacts: int, **more: Any) -> dict[str, Any]:
    return {"team": name, "contacts": contacts, **more}


def small(customers: int, contacts: int, curve: list[float], **changed: Any) -> Assumptions:
    """E-mails of which every one brings a contact, to one helpline that nobody closes but on weekends."""
    email = {"code": "warm", "channel": "email", "rate": {"low": 1, "central": 1, "high": 1, "source": "invented"}}
    fields = {
        "customers": customers, "arms": [email], "waves": [], "bump": {}, "closed": {}, "redial": {}, "curve": curve,
        "takers": [{"reason": "other", "team": "a", "share": 1}], "teams": [team("a", contacts)], "respond_by": None,
    }  # fmt: skip
    return assumptions(**(fields | changed))


def limits(**changed: Any) -> IssueLimits:
    return IssueLimits.model_validate({"asked_on": ASKED_ON} | changed)


def over(given: Assumptions, sizes: tuple[int, ...], days: list[date], level: Any = "high") -> bool:
    """Whether a schedule exceeds a capacity on any day, by the forecast and not by the program."""
    waves = [WaveSize(on=on, size=size) for on, size in zip(days, sizes, strict=True)]
    expected = outlook(given, waves)
    loads = expected.by_team(level)
    return any(
        loads[each.team][day] > each.left_on(on) + 1e-6
        for each in given.teams
        for day, on in enumerate(expected.days)
        if each.team in loads
    )


@pytest.mark.parametrize(
    ("customers", "contacts", "curve", "daily"),
    [
        (7, 2, [0.5, 0.5], 4),
        (9, 3, [0.2, 0.5, 0.3], 3),
        (5, 1, [0.34, 0.33, 0.33], 5),
        (8, 4, [1.0], 3),
        (10, 3, [0.1, 0.2, 0.3, 0.4], 4),
        (6, 2, [0.0, 0.0, 0.0, 1.0], 6),
    ],
)
def test_no_schedule_of_all_there_are_ends_earlier_or_changes_less(
    customers: int, contacts: int, curve: list[float], daily: int
) -> None:
    given = small(customers, contacts, curve, first_day=date(2026, 12, 7))
    limit = limits(daily_limit=daily, last_day=date(2026, 12, 14))
    days = issue_days(given, limit)
    all_there_are = [
        sizes
        for sizes in product(range(daily + 1), repeat=len(days))
        if sum(sizes) == customers and not over(given, sizes, days)
    ]
    proposed = propose(given, limit)
    if not all_there_are:
        assert proposed.shortfall is not None
        return
    ends = min(max(day for day, size in enumerate(sizes) if size) for sizes in all_there_are)
    earliest = [sizes[: ends + 1] for sizes in all_there_are if not any(sizes[ends + 1 :])]
    assert proposed.finished == days[ends]
    found = [sum(wave.size for wave in proposed.waves if wave.on == day) for day in days[: ends + 1]]
    assert tuple(found) in earliest
    assert _changes(found) == min(_changes(sizes) for sizes in earliest)


def _changes(sizes: Any) -> int:
    return int(np.abs(np.diff(sizes)).sum())


@settings(max_examples=12, deadline=None)
@for_all(
    customers=st.integers(2_000, 300_000),
    services=st.integers(50, 4_000),
    debts=st.integers(20, 1_000),
    base=st.integers(0, 40),
    daily=st.integers(500, 20_000),
    post=st.sampled_from(["first", "second", "economy"]),
    bump=st.floats(0, 0.4),
)
def test_a_schedule_exceeds_no_capacity_and_no_limit_and_loses_no_letter(
    customers: int, services: int, debts: int, base: int, daily: int, post: str, bump: float
) -> None:
    arms = [
        {"code": "plain", "share": 2, "channel": "print", "post": post, "rate": RATE},
        {"code": "warm", "channel": "email", "rate": RATE},
    ]
    teams = [team("customer-services", services, base_load=base), team("debt-management", debts)]
    given = assumptions(
        customers=customers, arms=arms, teams=teams, waves=[], bump={"share": bump}, respond_by=date(2027, 6, 30)
    )
    limit = limits(daily_limit=daily, quiet_days=[date(2026, 12, 17)], days_to_respond=10)
    proposed = propose(given, limit)
    if proposed.shortfall:
        assert proposed.shortfall.fewer_letters > 0
        return
    assert sum(wave.size for wave in proposed.waves) == given.letters
    assert max(wave.size for wave in proposed.waves) <= daily
    assert date(2026, 12, 17) not in [wave.on for wave in proposed.waves]
    assert not over(given, tuple(w.size for w in proposed.waves), [w.on for w in proposed.waves])
    assert max(proposed.highest.values()) <= 1


def shortfall_of(given: Assumptions, limit: IssueLimits) -> Any:
    shortfall = propose(given, limit).shortfall
    assert shortfall is not None
    return shortfall


def test_what_would_make_it_fit_is_found_and_nothing_less_would() -> None:
    teams = [team("customer-services", 55), team("debt-management", 12)]
    given = assumptions(waves=[], teams=teams, respond_by=None, bump={})
    limit = limits(last_day=date(2027, 1, 29))
    short = shortfall_of(given, limit)

    def fits(given: Assumptions, **changed: Any) -> bool:
        return propose(given, limit.model_copy(update=changed)).shortfall is None

    # fewer letters: 3 in 4 customers are written to
    fewer = IssueProgram(
        given.model_copy(update={"customers": short.letters * 4 // 3}), limit, issue_days(given, limit)
    )
    assert fewer.fits(len(fewer.days))
    assert not IssueProgram(given, limit, issue_days(given, limit)).most(len(fewer.days)) >= short.letters + 1
    # more days
    assert fits(given, last_day=short.last_day)
    assert not fits(given, last_day=short.last_day - timedelta(days=1))

    # more contacts a day
    def with_contacts(extra: dict[str, int]) -> Assumptions:
        more = [each.model_copy(update={"contacts": each.contacts + extra.get(each.team, 0)}) for each in given.teams]
        return given.model_copy(update={"teams": tuple(more)})

    extra = short.contacts_a_day
    assert fits(with_contacts(extra))
    for name, contacts in extra.items():
        assert not fits(with_contacts(extra | {name: contacts - 1}))
    assert short.daily_limit is None  # the helplines are what is too small
    assert short.excess
    assert {each.team for each in short.excess} <= {"customer-services", "debt-management"}
    assert all(each.on.weekday() < 5 for each in short.excess)


def test_a_limit_of_the_printer_that_is_too_low_is_told_with_the_lowest_that_would_do() -> None:
    given = assumptions(waves=[], respond_by=None, bump={})
    limit = limits(daily_limit=1_000, last_day=date(2026, 12, 18))
    short = shortfall_of(given, limit)
    assert short.letters == 9_000
    assert short.daily_limit == 2_500  # nine days
    assert short.contacts_a_day is None


def test_a_team_without_a_capacity_is_planned_for_and_named() -> None:
    proposed = propose(assumptions(waves=[], teams=[team("debt-management", 200)]), limits())
    assert proposed.unpromised == ("customer-services",)
    assert proposed.waves


def test_contacts_of_other_campaigns_leave_less() -> None:
    alone = small(100, 10, [1.0])
    committed = [{"team": "a", "on": FIRST_DAY + timedelta(days=day), "contacts": 5} for day in range(60)]
    shared = small(100, 10, [1.0], committed=committed)
    assert len(propose(shared, limits()).waves) == 2 * len(propose(alone, limits()).waves)


def test_a_providers_limit_holds_for_the_arms_of_its_channel() -> None:
    given = assumptions(waves=[], teams=[])
    proposed = propose(given, limits(channels=[{"channel": "email", "a_day": 500}]))
    assert max(wave.size for wave in proposed.waves) == 1_500  # a third goes by e-mail


def test_enough_capacity_gives_equal_waves() -> None:
    proposed = propose(assumptions(waves=[], teams=[]), limits(daily_limit=4_000))
    assert {wave.size for wave in proposed.waves} == {3_750}


def test_notice_and_time_to_respond_are_kept() -> None:
    given = assumptions(waves=[], respond_by=date(2027, 1, 29))
    days = issue_days(given, limits(notice_days=5, days_to_respond=14))
    assert days[0] == date(2026, 12, 14)
    assert days[-1] == date(2027, 1, 8)  # printed the 11th, there by Friday 15th, 14 days before the 29th


def test_a_deadline_before_the_first_answer_could_come_is_refused() -> None:
    given = assumptions(waves=[], respond_by=date(2026, 12, 11), bump={})
    with pytest.raises(Invalid) as refused:
        propose(given, limits())
    assert [(p.field, p.rule) for p in refused.value.problems] == [("respond_by", "after-first-answer")]


def test_a_million_customers_over_a_year_of_days_take_less_than_two_seconds_of_work() -> None:
    teams = [team("customer-services", 1_000), team("debt-management", 300)]
    given = assumptions(customers=1_000_000, waves=[], teams=teams, bump={}, respond_by=date(2027, 12, 31))
    started = process_time()
    proposed: Proposal = propose(given, limits())
    assert proposed.waves[-1].on > date(2027, 3, 1)
    assert process_time() - started < 2
