"""Decisions about a campaign: it issues only once launched, by a plan that was heard, in any order of events."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.issue.chunk_part import ChannelPart
from services.dispatcher.issue.settlement import Settler
from services.dispatcher.messages import HEARS
from services.dispatcher.own_messages import AllocationDue
from services.dispatcher.schedule import chunk
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignPaused,
    CampaignRefused,
    CampaignRejected,
    CampaignResumed,
    CampaignStopped,
    CommunicationsIssued,
    DispatchCompleted,
    LinesToTakePublished,
)
from tests.dispatcher.given.decisions import FRIDAY, LAUNCH, THURSDAY, TUESDAY, WEDNESDAY, approved, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample, stored

CUSTOMERS = 60


@pytest.fixture
async def desk(unapproved: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A campaign with 60 customers, approved and allocated in chunks of ten, and not launched."""
    monkeypatch.setattr(chunk, "CHUNK_SIZE", 10)
    desk = Desk(unapproved, tmp_path / "letters")
    await desk.hear.approve(heard(approved()))
    async with unapproved.caller("analyst") as analyst:
        answer = await analyst.put(
            f"/v1/campaigns/{CAMPAIGN}/population", content=file([row(n) for n in range(CUSTOMERS)])
        )
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"])))
    return desk


async def test_an_approved_campaign_is_held_until_it_is_launched(desk: Desk) -> None:
    assert await desk.start(NOON) == []
    await desk.hear.launch(heard(launched()))
    due = await desk.start(NOON)
    await desk.issue(*due)
    assert len(desk.printed()) == 20


async def test_news_may_come_in_any_order(unapproved: Inside, tmp_path: Path) -> None:
    """Launched, and even stopped, before the approval is heard; and an older decision after a newer one."""
    desk = Desk(unapproved, tmp_path)
    await desk.hear.launch(heard(launched(version=4, plan_version=2)))
    await desk.hear.publish_lines(heard(sample(LinesToTakePublished, version=3)))
    await desk.hear.approve(heard(approved()))
    assert not (await desk.campaign()).may_issue, "the plan that was launched is not known yet"
    await desk.hear.approve(heard(approved(plan_version=2)))
    assert (await desk.campaign()).may_issue
    assert (await desk.campaign()).lines_to_take == 3
    await desk.hear.pause(heard(sample(CampaignPaused, version=3, decided_at="2027-01-01T00:00:00Z")))
    assert (await desk.campaign()).may_issue, "decided before the launch, whatever the clocks said"
    await desk.hear.stop(heard(sample(CampaignStopped, version=5)))
    await desk.hear.resume(heard(sample(CampaignResumed, version=6)))
    assert not (await desk.campaign()).may_issue


async def test_a_rejected_campaign_is_never_issued(desk: Desk) -> None:
    await desk.hear.reject(heard(CampaignRejected.model_validate({**LAUNCH, "version": 3, "instead": "one-to-one"})))
    await desk.hear.launch(heard(launched(version=4)))
    assert await desk.start(NOON) == []


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("channel", "carrier-pigeon", "unknown-channel"),
        ("letters", [], "one-for-each-language"),
        ("letters", [{"language": "en", "subject": "About rent", "body": "Dear {{ nmae }}"}], "unknown-field"),
        ("letters", [{"language": "en", "subject": "About rent", "body": "Dear {{ name }"}], "unknown-field"),
    ],
)
async def test_a_plan_that_would_fail_at_issue_is_refused_at_approval(
    unapproved: Inside, tmp_path: Path, field: str, value: object, rule: str
) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    desk, unsound = Desk(unapproved, tmp_path), heard(approved(arms=[control, plain | {field: value}]))
    for _ in range(2):  # heard twice, it is refused in the same words
        await desk.hear.approve(unsound)
    (refused,) = desk.spoken.of(CampaignRefused)
    assert (refused.campaign, refused.plan_version) == (CAMPAIGN, 1)
    assert rule in {problem.rule for problem in refused.problems}
    assert await unapproved.service.store["campaigns"].count_documents({}) == 0


async def test_a_letter_that_says_by_when_to_respond_needs_the_day(unapproved: Inside, tmp_path: Path) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    letters = [letter | {"agent": None, "body": "Reply by {{ respond_by }}."} for letter in plain["letters"]]
    without_a_day = heard(approved(arms=[control, plain | {"letters": letters}], respond_by=None))
    desk = Desk(unapproved, tmp_path)
    await desk.hear.approve(without_a_day)
    assert [problem.field for said in desk.spoken.of(CampaignRefused) for problem in said.problems] == ["respond_by"]


async def test_a_newer_plan_reschedules_who_is_left_and_leaves_what_is_in_hand_as_it_was(desk: Desk) -> None:
    await desk.hear.launch(heard(launched()))
    due = await desk.start(NOON)
    await desk.issue(due[0])
    await desk.hear.pause(heard(sample(CampaignPaused, version=3)))
    control, plain = stored(CampaignApproved)["arms"]
    letters = [letter | {"subject": "A newer subject"} for letter in plain["letters"]]
    days = [{"number": n, "on": f"2026-09-{7 + n:02d}", "size": 6} for n in (1, 2, 3, 4)]
    await desk.hear.approve(heard(approved(2, waves=days, arms=[control, plain | {"letters": letters}])))
    await desk.hear.publish_lines(heard(sample(LinesToTakePublished, version=2)))
    assert await desk.start(FRIDAY) == [], "nothing before it is resumed"
    await desk.hear.resume(heard(sample(CampaignResumed, version=4, plan_version=2)))
    await desk.issue(*due)  # what had started goes on, and the first of it is said again as it was
    for day in (TUESDAY, WEDNESDAY, NOON + timedelta(days=30)):
        await desk.issue(*await desk.start(day))
    issued = desk.spoken.of(CommunicationsIssued)
    assert [(e.chunk, e.plan_version, e.lines_to_take) for e in issued[:2]] == [(due[0], 1, 1), (due[1], 2, 2)]
    assert {e.plan_version for e in issued[1:]} == {2}
    sizes = [wave.communications for wave in (await desk.campaign()).waves]
    assert sizes[0] == 20
    assert sizes[1:-1] == [6] * (len(sizes) - 2)
    assert sum(sizes) == len(desk.printed()) == len(set(desk.printed()))
    assert (await desk.ledger()).total() == CUSTOMERS
    assert len(desk.spoken.of(DispatchCompleted)) == 1


async def test_a_closed_campaign_issues_nothing_more(desk: Desk) -> None:
    await desk.hear.launch(heard(launched()))
    due = await desk.start(NOON)
    await HEARS[CampaignCompleted](desk.hear, heard(CampaignCompleted.model_validate(LAUNCH | {"version": 3})))
    await desk.issue(*due)
    assert desk.printed() == []
    assert await desk.start(WEDNESDAY) == []


async def test_nobody_changes_arms_once_they_are_allocated(desk: Desk) -> None:
    for change in ({"allocation_seed": 1}, {"arms": stored(CampaignApproved)["arms"][1:]}):
        await desk.hear.approve(heard(approved(2, **change)))
    assert [p.rule for said in desk.spoken.of(CampaignRefused) for p in said.problems] == ["randomised-already"] * 2
    assert (await desk.campaign()).plan.plan_version == 1


async def test_waves_that_a_pause_held_up_follow_each_other_day_by_day(desk: Desk) -> None:
    """The days of all waves are over when the campaign is resumed."""
    await desk.hear.launch(heard(launched()))
    await desk.hear.pause(heard(sample(CampaignPaused, version=3)))
    assert await desk.start(THURSDAY) == []
    await desk.hear.resume(heard(sample(CampaignResumed, version=4)))
    started = []
    for day in (THURSDAY, THURSDAY + timedelta(hours=8), FRIDAY, FRIDAY + timedelta(days=1)):
        desk.clock.instant = day
        while await desk.scheduling.start_due_waves():
            pass
        started.append(sum(wave.started_at is not None for wave in (await desk.campaign()).waves))
    assert started == [1, 1, 2, 2], "one on Thursday, one on Friday, and none on Saturday"


async def test_nothing_goes_out_on_weekends_and_bank_holidays(desk: Desk) -> None:
    await desk.hear.launch(heard(launched()))
    due = await desk.start(NOON)
    desk.clock.instant = NOON + timedelta(days=5)
    await desk.issue(*due)  # on Saturday
    assert desk.printed() == []
    assert await desk.deferred() == []
    desk.clock.instant = NOON + timedelta(days=7)
    assert await desk.deferred() == due  # on Monday they are due again
    assert await desk.start(NOON + timedelta(days=6)) == [], "no wave starts on a Sunday"
    assert await desk.start(NOON + timedelta(days=7)) != []


async def test_a_pause_takes_effect_in_the_chunk_in_hand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause comes after the chunk was taken in hand and before it is printed."""
    await desk.hear.launch(heard(launched()))
    due = await desk.start(NOON)
    part = Settler.part

    async def paused_meanwhile(*arguments: Any) -> ChannelPart:
        await desk.hear.pause(heard(sample(CampaignPaused, version=3)))
        return await part(*arguments)

    monkeypatch.setattr(Settler, "part", paused_meanwhile)
    await desk.issue(due[0])
    assert desk.printed() == []
    assert desk.spoken.of(CommunicationsIssued) == []
    assert (await desk.ledger())["plain", "issued"] == 0, "nothing has gone out"
    monkeypatch.undo()
    monkeypatch.setattr(chunk, "CHUNK_SIZE", 10)
    await desk.hear.resume(heard(sample(CampaignResumed, version=4)))
    await desk.issue(due[0])
    assert len(desk.printed()) == len(desk.spoken.of(CommunicationsIssued)[0].communications)
