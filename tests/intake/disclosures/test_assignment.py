"""What was volunteered goes where its contact goes, to the campaign's own team by its own day, said once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.intake.disclosures.assignment import Assignment, reassigned
from services.intake.disclosures.overdue import Overdue
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from shared.clock import ShiftedClock
from shared.contracts import CampaignApproved, CommunicationsIssued, InformationAssigned, InformationOverdue
from shared.events import first_event
from shared.letter_reference import letter_reference
from tests.intake.given.letters import ENGLISH, OTHER_ARM, UNKNOWN, handlers, report, send
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.samples import sample

SAID = {"kind": "disclosure", "description": "Two flats were left out"}
OTHER, OTHERS = "OTM-26-0043", letter_reference(600, b"k")
"""Another campaign, and a letter of it."""
FIRST_DUE, OTHERS_DUE = "2026-09-24", "2026-09-14"


async def approve(intake: Inside, campaign: str, owner: str, working_days: int) -> None:
    process = {"owner": owner, "working_days": working_days}
    approved = sample(CampaignApproved, campaign=campaign, volunteered=process, plan_version=9)
    await handlers(intake).note_campaign(first_event(approved, "somebody", NOON))


async def issue(intake: Inside, campaign: str, reference: str, times: int = 1) -> None:
    letter = [{"reference": reference, "arm": "plain", "language": "en"}]
    issued = sample(CommunicationsIssued, campaign=campaign, chunk=60, communications=letter)
    event = first_event(issued, "somebody", NOON)
    for _ in range(times):
        await handlers(intake).register_letters(event)


async def volunteer(intake: Inside, letter: str, **changes: Any) -> dict[str, Any]:
    contact: dict[str, Any] = (await send(intake, report(letter_reference=letter, volunteered=SAID, **changes))).json()
    return contact


async def correct(intake: Inside, contact: str, letter: str, **changes: Any) -> None:
    async with intake.caller("intake-lead") as lead:
        body = {"report": report(letter_reference=letter, **changes), "why": "wrong-letter"}
        assert (await lead.post(f"/v1/contacts/{contact}/corrections", json=body)).is_success


async def as_lead(intake: Inside, method: str, path: str, **more: Any) -> Any:
    async with intake.caller("intake-lead") as lead:
        answer = await lead.request(method, f"/v1/{path}", **more)
        assert answer.is_success, answer.text
        return answer.json()


async def assigned(intake: Inside) -> list[InformationAssigned]:
    said = [each for each in await intake.said() if each.type == InformationAssigned.event_type]
    assert len({each.id for each in said}) == len(said)
    return [InformationAssigned.model_validate_json(each.body) for each in said]


async def test_what_came_before_its_letter_goes_to_its_campaigns_team_by_its_campaigns_day(intake: Inside) -> None:
    """Counted from when it came, not from when the letter became known; the event that tells of it comes twice."""
    await approve(intake, OTHER, "compliance", 2)
    contact = await volunteer(intake, OTHERS, reason="cannot-pay", received_at="2026-09-10T10:20:00Z")
    path = f"disclosures/{contact['disclosure']}"
    before = await as_lead(intake, "GET", path)
    assert (before["campaign"], before["owner"], before["due"]) == (None, "disclosure-team", FIRST_DUE)
    await issue(intake, OTHER, OTHERS, times=2)
    after = await as_lead(intake, "GET", path)
    assert (after["campaign"], after["owner"], after["due"]) == (OTHER, "compliance", OTHERS_DUE)
    async with intake.caller("disclosure-officer") as officer:
        assert (await officer.get("/v1/disclosures")).json()["items"] == []
    (referral,) = (await as_lead(intake, "GET", "referrals"))["items"]
    assert (referral["team"], referral["campaign"]) == ("debt-management", OTHER)
    assert (await as_lead(intake, "GET", f"campaigns/{OTHER}/contacts"))["volunteered"] == 1
    (said,) = await assigned(intake)
    assert (said.disclosure, said.version, said.campaign, said.arm) == (contact["disclosure"], 2, OTHER, "plain")
    assert (said.owner, said.due, said.state) == ("compliance", date.fromisoformat(OTHERS_DUE), "received")


async def test_a_correction_moves_it_to_the_other_campaigns_team_and_back(intake: Inside) -> None:
    await approve(intake, OTHER, "compliance", 2)
    await issue(intake, OTHER, OTHERS)
    contact = await volunteer(intake, ENGLISH)
    for letter in (OTHERS, OTHER_ARM, ENGLISH, ENGLISH, UNKNOWN):
        await correct(intake, contact["contact"], letter)
    found = [(each.campaign, each.arm, each.owner, each.due.isoformat()) for each in await assigned(intake)]
    own, none = "OTM-26-0042", (None, None, "disclosure-team", FIRST_DUE)
    assert found[0] == (OTHER, "plain", "compliance", OTHERS_DUE)
    assert [each[:2] for each in found[1:]] == [(own, "social-norm"), (own, "plain"), (None, None)]
    assert found[3] == none, "nobody knows whose it is, so that it is as it would have been at first"
    assert [each.version for each in await assigned(intake)] == [2, 3, 4, 5], "once for each change of campaign or arm"


@pytest.mark.parametrize(
    ("state", "owner", "due"),
    [("received", "compliance", 14), ("acknowledged", "compliance", 14), ("routed", "press-office", 14),
     ("resolved", "press-office", 24)],
)  # fmt: skip
def test_what_was_passed_on_by_hand_stays_with_that_team_and_what_is_done_as_it_was(
    state: str, owner: str, due: int
) -> None:
    now, anew = Assignment("press-office", date(2026, 9, 24)), Assignment("compliance", date(2026, 9, 14))
    assert reassigned(state, now, anew) == Assignment(owner, date(2026, 9, due))


async def test_being_late_by_the_new_day_is_said_though_it_was_late_by_the_old_one(
    intake: Inside, corner: Corner
) -> None:
    await approve(intake, OTHER, "compliance", 2)
    await issue(intake, OTHER, OTHERS)
    contact = await volunteer(intake, UNKNOWN)
    corner.move_clock(datetime(2026, 9, 30, 12, tzinfo=UTC))
    overdue = Overdue(intake.part(MongoDisclosures), ShiftedClock(corner.home.clock))
    for _ in range(2):
        await overdue.step()
    await correct(intake, contact["contact"], OTHERS)
    for _ in range(2):
        await overdue.step()
    late = [each for each in await intake.said() if each.type == InformationOverdue.event_type]
    told = [InformationOverdue.model_validate_json(each.body) for each in late]
    assert [(each.owner, each.due.isoformat()) for each in told] == [
        ("disclosure-team", FIRST_DUE), ("compliance", OTHERS_DUE),
    ]  # fmt: skip
    assert len({each.id for each in late}) == len(late), "said once more it is another event, or nobody would hear it"


async def test_a_corrected_date_moves_its_day_and_is_said_unless_only_the_hour_was_wrong(intake: Inside) -> None:
    """By as many working days as it was recorded with, whatever its campaign has agreed on since."""
    await approve(intake, OTHER, "compliance", 2)
    await issue(intake, OTHER, OTHERS)
    contact = await volunteer(intake, OTHERS)
    await approve(intake, OTHER, "press-office", 9)
    path, found = f"disclosures/{contact['disclosure']}", []
    for received in ("2026-09-10T11:45:00Z", "2026-09-08T23:30:00Z"):  # the second is half past midnight in London
        await correct(intake, contact["contact"], OTHERS, received_at=received)
        now = await as_lead(intake, "GET", path)
        found.append((now["received_at"], now["owner"], now["due"]))
    assert found == [
        ("2026-09-10T11:45:00Z", "compliance", OTHERS_DUE), ("2026-09-08T23:30:00Z", "compliance", "2026-09-11"),
    ]  # fmt: skip
    for step in ("acknowledge", "resolve"):
        await as_lead(intake, "POST", f"{path}/{step}")
    await correct(intake, contact["contact"], OTHERS, received_at="2026-09-07T10:00:00Z")
    assert (await as_lead(intake, "GET", path))["due"] == "2026-09-11", "what is resolved stays as it was"
    said = [(each.version, each.received_at.day, each.due.day, each.state) for each in await assigned(intake)]
    assert said == [(2, 8, 11, "received"), (3, 7, 11, "resolved")]
