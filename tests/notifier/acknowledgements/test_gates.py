"""Approvers hear which gate waits for them, and of conditions and approvals that stand against the launch."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts import CampaignApproved, CampaignSubmitted, LinesToTakePublished
from tests.notifier.given.desk import Desk
from tests.notifier.given.desk import opened as at_desk
from tests.notifier.given.planned import agreed
from tests.support.clocks import NOON
from tests.support.inside import Corner
from tests.support.samples import sample
from tests.support.smtp import PostOffice

TONE, DATA, SENIOR = "communications-tone", "data-protection", "senior-agreement"


def gates(*passed: str, why: str = "not-passed", **changes: Any) -> Any:
    each = [{"gate": gate, "why_open": None if gate in passed else why} for gate in (TONE, DATA, SENIOR)]
    return agreed(gates=each, **{"state": "submitted", **changes})


async def opened(desk: Desk) -> list[tuple[str, str]]:
    """Returns the team and gate of each notice of an open gate, the oldest first."""
    found = [(n.team, n.content.subject.rpartition(": ")[2].replace(" ", "-")) for n in await desk.of_rule("gate-open")]
    return sorted(found)


async def test_the_next_gate_is_told_to_its_team_once_however_often_planner_says_so(desk: Desk) -> None:
    await desk.say(gates(TONE, version=2), gates(TONE, version=3), gates(TONE, version=4))
    assert await opened(desk) == [("approvers", DATA)]
    await desk.say(gates(TONE, DATA, version=5))
    assert await opened(desk) == [("approvers", DATA), ("approvers", SENIOR)]


async def test_the_tone_is_asked_for_at_submission_and_again_only_when_it_is_open_again(desk: Desk) -> None:
    await desk.say(gates(version=2))
    assert await opened(desk) == []
    await desk.say(gates(version=9, why="changed-since", state="approved"))
    assert await opened(desk) == [("communications", TONE)]


async def test_a_plan_that_comes_back_asks_for_the_tone_only_where_its_gate_was_sent_back(desk: Desk) -> None:
    again = sample(CampaignSubmitted, again=True)
    await desk.say(sample(CampaignSubmitted), gates(TONE, version=3, state="draft"), again)
    (first,) = await desk.of_rule("tone-review")
    await desk.say(gates(version=4, state="draft"), again)
    for notice in await desk.of_rule("tone-review"):
        assert ("for approval again, after it had gone back" in notice.content.text) == (notice.id != first.id)
    assert len(await desk.of_rule("tone-review")) == 2


async def test_approvers_are_reminded_until_the_gate_is_passed_and_asked_again_after_it_was_sent_back(
    desk: Desk,
) -> None:
    await desk.say(gates(TONE, version=2))
    await desk.at(NOON + timedelta(days=4))
    assert [n.template for n in await desk.of_rule("gate-open")].count("reminder") == 1
    await desk.say(gates(TONE, version=3, state="draft"))
    await desk.at(NOON + timedelta(days=20))
    assert [n.template for n in await desk.of_rule("gate-open")].count("reminder") == 1
    await desk.say(gates(TONE, version=4))
    assert [n.template for n in await desk.of_rule("gate-open")].count("gate-open") == 2


async def test_an_approver_is_led_to_the_brief_of_the_version_that_they_were_told_of(
    corner: Corner, office: PostOffice
) -> None:
    async with at_desk(corner, office.port, site={"address": "https://campaigns.example"}) as desk:
        await desk.say(gates(TONE, version=2, plan_version=3))
        (notice,) = await desk.of_rule("gate-open")
        link = f"https://campaigns.example/waiting/OTM-26-0042/{DATA}/version/3"
        assert f"Read the plan, version 3 ({link})" in " ".join(notice.content.text.split())
        assert f'href="{link}"' in notice.content.html


async def test_a_campaign_that_is_live_or_has_ended_waits_for_no_gate(desk: Desk) -> None:
    for version, state in enumerate(("draft", "live", "paused", "stopped", "rejected", "completed"), 2):
        await desk.say(gates(version=version, state=state))
    assert await opened(desk) == []


async def test_conditions_are_told_while_they_are_to_be_met_and_not_after(desk: Desk) -> None:
    condition = {"gate": TONE, "number": 1, "condition": "A second translator reads the Welsh letter"}
    await desk.say(sample(LinesToTakePublished), agreed(conditions=[condition]), sample(CampaignApproved))
    assert {n.team for n in await desk.of_rule("conditions")} == {"design-community"}
    assert "A second translator" in (await desk.of_rule("conditions"))[0].content.text
    await desk.say(agreed(version=6, conditions=[{**condition, "met": True}]))
    await desk.at(datetime(2026, 9, 1, 12, tzinfo=UTC))
    assert await desk.of_rule("conditions-due") == []


async def test_conditions_that_nobody_met_are_told_again_before_the_launch(desk: Desk) -> None:
    condition = {"gate": TONE, "number": 1, "condition": "A second translator reads the Welsh letter"}
    await desk.say(sample(LinesToTakePublished), agreed(conditions=[condition]), sample(CampaignApproved))
    await desk.at(datetime(2026, 9, 1, 12, tzinfo=UTC))
    assert {n.team for n in await desk.of_rule("conditions-due")} == {"design-community", "approvers"}


async def test_an_approval_that_expires_before_the_launch_is_told_and_one_after_it_is_not(desk: Desk) -> None:
    await desk.say(sample(LinesToTakePublished), sample(CampaignApproved), agreed())
    await desk.at(datetime(2026, 8, 24, 12, tzinfo=UTC))
    assert await desk.of_rule("approval-expires") == []
    early = [{"gate": TONE, "expires_at": "2026-09-03T10:00:00Z"}]
    await desk.say(agreed(version=6, gates=early, reviews=[{"question": "resource", "review_by": "2026-08-28"}]))
    await desk.at(datetime(2026, 8, 24, 13, tzinfo=UTC))
    assert {n.team for n in await desk.of_rule("approval-expires")} == {"design-community", "approvers"}
    assert {n.team for n in await desk.of_rule("answer-due")} == {"design-community"}


async def test_a_team_whose_speaker_has_had_a_hand_in_the_plan_is_asked_once_more_and_once(desk: Desk) -> None:
    await desk.approved()
    await desk.say(sample(CampaignApproved))
    (first,) = await desk.of_rule("advance-notice")
    await desk.acknowledging.acknowledge(first.id, "desk-7")
    void = [{"team": "customer-services", "needed": True, "knows": False, "why": "different-people"}]
    wrote = {"teams": void, "contributors": ["designer-2", "desk-7"]}
    await desk.say(agreed(version=7, **wrote), agreed(version=8, **wrote))
    (again,) = await desk.of_rule("speaker-writes")
    assert (again.team, again.needs_acknowledgement) == ("customer-services", True)
    ask = await desk.acknowledging.acknowledge(again.id, "desk-8")
    assert ask.answer
    assert (ask.answer.by, ask.plan_version, ask.lines_to_take) == ("desk-8", 1, 1)
    await desk.say(agreed(version=9, **wrote))
    assert len(await desk.of_rule("speaker-writes")) == 1, "planner has not heard of the answer yet"
    await desk.say(agreed(version=10, teams=void, contributors=["desk-7", "desk-8"]))
    assert len(await desk.of_rule("speaker-writes")) == 2
