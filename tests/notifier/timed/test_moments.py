"""Moments come when the plan and the clock say so, each once, whatever dies and however often it is looked for."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.campaigns.campaign import Known
from services.notifier.own_messages import MomentCame
from services.notifier.rulebook.rules import Rule
from services.notifier.timed.moment_dates import moments, next_look
from services.notifier.timed.moments import Moments
from services.notifier.timed.repository.moments import MongoMoments
from shared.clock import LONDON
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignStopped,
    ContactRecorded,
    InformationVolunteered,
    WaveStarted,
)
from shared.contracts.campaigns import VolunteeredProcess
from shared.identifiers import new_id
from shared.working_days import is_working_day
from tests.notifier.given.desk import CAMPAIGN, Desk, shipped
from tests.notifier.given.planned import agreed, amended, launched
from tests.support.samples import sample

LAUNCH = date(2026, 9, 7)
TEN_BEFORE = date(2026, 8, 21)  # Monday 31 August is a bank holiday
FINAL, LAST = (
    ("final-notice", "customer-services"),
    {("wave-missing", "on-call"), ("wave-missing", "customer-services")},
)
RULES = shipped()[1].rules
SEEN = st.lists(st.integers(0, 60 * 24 * 400), min_size=1, max_size=30)


def london(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def rule(**when: object) -> Rule:
    return Rule.model_validate({"code": "a-rule", "when": when, "to": "a-team", "template": "a-template"})


@pytest.fixture
async def told(desk: Desk) -> Desk:
    """The campaign of the samples is approved, a month before its launch."""
    desk.clock.instant = london(date(2026, 8, 10), 9)
    await desk.approved()
    await desk.say(sample(CampaignApproved))
    await desk.turn()
    return desk


async def test_the_final_word_comes_ten_working_days_before_the_launch(told: Desk) -> None:
    assert FINAL not in await told.at(london(TEN_BEFORE, 8, 59))
    assert FINAL in await told.at(london(TEN_BEFORE, 9))
    assert FINAL not in await told.at(london(TEN_BEFORE, 9, 30))
    first, *_ = await told.of_rule("final-notice")
    assert (first.template, first.plan_version, first.needs_acknowledgement) == ("final-notice", 1, True)


async def test_a_moment_that_nobody_was_there_for_is_made_up_for_until_its_date(told: Desk) -> None:
    assert FINAL in await told.at(london(LAUNCH, 23))
    late = Known(campaign=CAMPAIGN, approved=sample(CampaignApproved))
    final = next(rule for rule in told.book.rules if rule.code == "final-notice")
    assert list(moments(final, late, london(LAUNCH + timedelta(days=1), 9))) == []


async def test_a_changed_launch_has_a_moment_of_its_own_once_it_is_approved(told: Desk) -> None:
    assert FINAL in await told.at(london(TEN_BEFORE, 9))
    await told.say(amended())
    assert await told.at(london(date(2026, 9, 7), 9, 1)) & {FINAL} == set()  # its new date is not agreed yet
    again = sample(CampaignApproved, plan_version=2, launch="2026-09-21", version=4)
    await told.say(again)
    assert FINAL in await told.at(london(date(2026, 9, 7), 9, 2))


async def test_after_the_launch_what_came_is_told_every_day_against_what_was_expected(told: Desk) -> None:
    await told.say(launched())
    for day in (8, 8, 7):
        await told.say(sample(ContactRecorded, contact=new_id(), received_at=f"2026-09-{day:02}T23:30:00+01:00"))
    assert ("daily-actuals", "customer-services") not in await told.at(london(LAUNCH, 10))
    assert ("daily-actuals", "customer-services") in await told.at(london(date(2026, 9, 9), 8, 30))
    assert ("daily-actuals", "customer-services") not in await told.at(london(date(2026, 9, 9), 23))
    (notice,) = await told.of_rule("daily-actuals")
    assert notice.content.subject == f"{CAMPAIGN}: 2 contacts on Tuesday 8 September 2026, 60 expected"
    assert "Since the launch 3 got in touch, and 60 were expected" in notice.content.text
    await told.at(london(date(2026, 9, 10), 9))
    await told.at(london(date(2026, 9, 11), 9))
    assert len(await told.of_rule("daily-actuals")) == 2  # nobody is expected any more


async def test_after_completion_what_came_is_told_for_as_long_as_anybody_is_expected(told: Desk) -> None:
    await told.say(launched(), sample(CampaignCompleted, version=50))
    await told.at(london(date(2026, 9, 8), 8, 30))
    await told.at(london(date(2026, 9, 9), 8, 30))
    assert len(await told.of_rule("daily-actuals")) == 2
    await told.at(london(date(2026, 9, 11), 9))
    assert len(await told.of_rule("daily-actuals")) == 2, "nobody is expected any more"


async def test_a_wave_that_does_not_start_on_its_day_is_told_once(told: Desk) -> None:
    await told.say(launched(), sample(WaveStarted))
    assert not LAST & await told.at(london(date(2026, 9, 8), 10, 59))
    assert await told.at(london(date(2026, 9, 8), 11)) >= LAST
    assert not LAST & await told.at(london(date(2026, 9, 8), 23))
    assert {"wave 2" in notice.content.subject for notice in await told.of_rule("wave-missing")} == {True}


async def test_nothing_comes_of_a_campaign_that_was_stopped(told: Desk) -> None:
    await told.say(launched(), sample(CampaignStopped, version=6))
    assert not (LAST | {FINAL}) & await told.at(london(date(2026, 9, 8), 12))


async def test_disclosures_that_nobody_took_up_in_time_are_told(desk: Desk) -> None:
    desk.clock.instant = london(date(2026, 9, 10), 11, 20)
    await desk.approved(volunteered=VolunteeredProcess(owner="disclosure-team", working_days=3).model_dump())
    await desk.say(sample(InformationVolunteered))
    assert ("disclosures", "disclosure-team") in await desk.at(london(date(2026, 9, 10), 11, 30))
    (notice,) = await desk.of_rule("disclosures")
    assert "Tuesday 15 September 2026" in notice.content.text
    assert notice.facts["deadline"] == "2026-09-15"
    overdue = {("disclosure-overdue", "disclosure-team"), ("disclosure-overdue", "on-call")}
    assert not overdue & await desk.at(london(date(2026, 9, 15), 8, 59))
    assert overdue <= await desk.at(london(date(2026, 9, 15), 9))
    assert not overdue & await desk.at(london(date(2026, 9, 18), 9))


async def test_a_campaign_that_stays_as_it_is_is_read_again_when_its_next_moment_comes(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    before = told.campaigns.dates_of

    async def dates_of(campaign: str) -> tuple[int, Known]:
        read.append(campaign)
        return await before(campaign)

    monkeypatch.setattr(told.campaigns, "dates_of", dates_of)
    for day in (13, 14, 18):
        assert FINAL not in await told.at(london(date(2026, 8, day), 9))
    assert read == []
    await told.at(london(TEN_BEFORE, 9))
    assert read == [CAMPAIGN]
    await told.say(amended())
    await told.turn()
    assert read == [CAMPAIGN] * 2, "it has changed"


async def test_a_crash_between_saying_and_marking_tells_a_moment_once(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(moment: MomentCame, at: datetime) -> None:
        raise SystemError("killed")

    told.clock.instant = london(TEN_BEFORE, 9)
    with monkeypatch.context() as dying:
        dying.setattr(told.fired, "mark", die)
        with pytest.raises(SystemError):
            await told.moments.step()
    await told.deliver()
    await told.turn()
    assert len(await told.of_rule("final-notice")) == 1


async def test_two_replicas_that_look_at_the_same_time_tell_a_moment_once(told: Desk) -> None:

    class Stale(MongoMoments):
        """A replica that looks before the other has marked anything."""

        async def not_yet(self, moments: Sequence[MomentCame]) -> Sequence[MomentCame]:
            return moments

    fired = Stale(told.notifier.service.store)
    other = Moments(told.campaigns, fired, told.asks, told.book, told.spoken, told.clock)
    told.clock.instant = london(TEN_BEFORE, 9)
    assert await told.moments.step()
    assert await other.step()
    await told.deliver()
    assert len(await told.of_rule("final-notice")) == 1


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
