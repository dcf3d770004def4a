"""Disclosures follow their contact, to the campaign's own team by its own day, announced once."""

from datetime import UTC, date, datetime

import pytest

from services.intake.disclosures.assignment import AssignedDisclosure
from services.intake.disclosures.overdue import Overdue
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from shared.clock import ShiftedClock
from shared.contracts import InformationOverdue
from shared.contracts.campaigns import VolunteeredProcess
from tests.intake.given.assignments import (
    FIRST_DUE,
    OTHER,
    OTHERS,
    OTHERS_DUE,
    approve,
    as_lead,
    assigned,
    correct,
    issue,
    volunteer,
)
from tests.intake.given.letters import ENGLISH, OTHER_ARM, UNKNOWN
from tests.support.inside import Corner, Inside


async def test_a_disclosure_before_its_letter_goes_to_the_campaigns_team_by_its_day_later(intake: Inside) -> None:
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
def test_a_disclosure_routed_by_hand_stays_with_that_team_and_a_resolved_one_as_it_was(
    state: str, owner: str, due: int
) -> None:
    came = datetime(2026, 9, 10, 10, 20, tzinfo=UTC)
    facts = {"id": "d", "contact": "c", "version": 1, "campaign": None, "arm": None, "kind": "disclosure"}
    facts |= {"owner": "press-office", "due": date(2026, 9, 24), "working_days": 10, "provisional": True}
    before = AssignedDisclosure(**facts, state=state, received_at=came)  # type: ignore[arg-type]
    after = before.dealt_with_by(VolunteeredProcess(owner="compliance", working_days=2))
    assert (after.owner, after.due, after.provisional) == (owner, date(2026, 9, due), False)


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
    """The day moves by the working days that it was recorded with, whatever its campaign has agreed on since."""
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
