"""Moments come when the plan and the clock say so, each once, whatever dies and however often it is looked for."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from services.notifier.campaigns.campaign import Known
from services.notifier.own_messages import MomentCame
from services.notifier.timed.moment_dates import moments
from services.notifier.timed.moments import Moments
from services.notifier.timed.repository.moments import MongoMoments
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
from tests.notifier.given.desk import CAMPAIGN, Desk
from tests.notifier.given.london import london
from tests.notifier.given.planned import amended, launched
from tests.support.samples import sample

LAUNCH = date(2026, 9, 7)
TEN_BEFORE = date(2026, 8, 21)  # Monday 31 August is a bank holiday
FINAL, LAST = (
    ("final-notice", "customer-services"),
    {("wave-missing", "on-call"), ("wave-missing", "customer-services")},
)


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
