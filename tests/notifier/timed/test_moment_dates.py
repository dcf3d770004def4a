"""Dates and hours of moments follow from the plan and the clock in London, on every day of the year."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.campaigns.campaign import Known
from services.notifier.rulebook.rules import Rule
from services.notifier.timed.moment_dates import moments, next_look
from shared.clock import LONDON
from shared.contracts import CampaignApproved
from shared.working_days import is_working_day
from tests.notifier.given.desk import CAMPAIGN, shipped
from tests.notifier.given.london import london
from tests.notifier.given.planned import agreed
from tests.support.samples import sample

RULES = shipped()[1].rules
SEEN = st.lists(st.integers(0, 60 * 24 * 400), min_size=1, max_size=30)


def rule(**when: object) -> Rule:
    return Rule.model_validate({"code": "a-rule", "when": when, "to": "a-team", "template": "a-template"})


@given(looks=SEEN)
def test_every_day_in_the_year_has_its_hour_once_whenever_the_clocks_change(looks: list[int]) -> None:
    """Also at 01:30, which comes twice in October and never in March."""
    approved = sample(CampaignApproved, launch="2026-09-07", expected_contacts=[
        {"on": "2027-12-31", "low": 0, "central": 0, "high": 1}
    ])  # fmt: skip
    known = Known(campaign=CAMPAIGN, approved=approved, launched=True)
    daily, start = rule(daily="01:30"), datetime(2026, 9, 8, tzinfo=UTC)
    came: dict[str, date] = {}
    for minutes in looks:
        now = start + timedelta(minutes=minutes)
        for moment in moments(daily, known, now):
            assert came.setdefault(moment.moment, moment.on) == moment.on
            assert moment.on == now.astimezone(LONDON).date()
    assert len(set(came.values())) == len(came)


@pytest.mark.parametrize("change", [date(2026, 10, 25), date(2027, 3, 28)])
def test_on_the_day_of_a_clock_change_the_hour_comes_once(change: date) -> None:
    approved = sample(CampaignApproved, expected_contacts=[{"on": "2027-12-31", "low": 0, "central": 0, "high": 1}])
    known = Known(campaign=CAMPAIGN, approved=approved, launched=True)

    def each_quarter() -> Iterator[str]:
        now = datetime.combine(change, time(), LONDON).astimezone(UTC)
        while now.astimezone(LONDON).date() == change:
            yield from (moment.moment for moment in moments(rule(daily="01:30"), known, now))
            now += timedelta(minutes=15)

    came = list(each_quarter())
    assert len(set(came)) == 1
    assert len(came) > 80  # from then on it has come, until midnight


@given(
    minutes=st.integers(0, 60 * 24 * 500),
    share=st.floats(0, 0.999),  # nearer to 1, the time is rounded to that of the look
    course=st.sampled_from((None, "launched", "paused", "completed")),
    started=st.sets(st.integers(1, 3)),
    expires=st.dates(date(2026, 8, 1), date(2026, 10, 1)),
)
def test_nothing_more_comes_before_the_next_look(
    minutes: int, share: float, course: str | None, started: set[int], expires: date
) -> None:
    gates = [{"gate": "data-protection", "expires_at": f"{expires}T10:00:00Z"}]
    known = Known(
        campaign=CAMPAIGN,
        approved=sample(CampaignApproved),
        agreement=agreed(gates=gates, reviews=[{"question": "resource", "review_by": str(expires)}]),
        course=course,
        launched=course is not None,
        started=frozenset(started),
    )
    now = london(date(2026, 8, 1), 0) + timedelta(minutes=minutes)

    def come(at: datetime) -> set[str]:
        return {moment.moment for each in RULES for moment in moments(each, known, at)}

    again = next_look(RULES, known, now)
    assert come(now + ((again or now + timedelta(days=900)) - now) * share) <= come(now)
    assert again is None or come(again) - come(now) or course == "completed"


@given(before=st.integers(0, 60), day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_working_days_before_a_date_are_working_days(before: int, day: date) -> None:
    known = Known(campaign=CAMPAIGN, approved=sample(CampaignApproved, launch=day.isoformat()))
    found = list(moments(rule(before="launch", working_days=before, at="09:00"), known, london(day, 9)))
    (moment,) = found
    assert moment.on <= day
    assert not before or is_working_day(moment.on)
