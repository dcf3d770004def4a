"""Disclosures that came before the approval of their campaign take its process once intake hears of it."""

from datetime import UTC, datetime

import pytest

from services.intake.campaigns.repository import MongoCampaigns
from services.intake.late_arrivals.approvals import LateApprovals
from services.intake.late_arrivals.letters import SETTLING_TIME
from services.intake.late_arrivals.repository import assignments
from services.intake.late_arrivals.repository.assignments import MongoAssignments
from tests.intake.given.assignments import (
    FIRST_DUE,
    OTHER,
    OTHERS,
    OTHERS_DUE,
    approve,
    as_lead,
    assigned,
    issue,
    volunteer,
)
from tests.support.clocks import StoppedClock
from tests.support.inside import Inside


async def dealt_with(intake: Inside) -> list[tuple[str, str, str]]:
    """State, owner and day of each, the first recorded first."""
    rows = await intake.service.store["disclosures"].find().sort("recorded_at").to_list(10)
    return [(row["state"], row["owner"], row["due"]) for row in rows]


async def test_early_disclosures_take_the_process_of_their_campaign_once_a_few_at_a_time(
    intake: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was passed on by hand stays with that team, and a resolved one as it was; no event tells of these."""
    monkeypatch.setattr(assignments, "DISCLOSURES_PER_COMMIT", 2)
    settling = intake.part(LateApprovals)
    while await settling.step():
        """The campaign that every test has."""
    await as_lead(intake, "PUT", f"campaigns/{OTHER}/routing", json={"rules": []})  # is no approval
    await issue(intake, OTHER, OTHERS)
    given = [(await volunteer(intake, OTHERS))["disclosure"] for _ in range(5)]
    for step, body in (("acknowledge", None), ("route", {"team": "press-office"})):
        await as_lead(intake, "POST", f"disclosures/{given[3]}/{step}", json=body)
    for step in ("acknowledge", "resolve"):
        await as_lead(intake, "POST", f"disclosures/{given[4]}/{step}")
    assert await settling.step() is False
    for _ in range(2):
        await approve(intake, OTHER, "compliance", 2)
    assert [await settling.step() for _ in range(4)] == [True, True, True, False]
    assert sorted(await dealt_with(intake)) == [
        *[("received", "compliance", OTHERS_DUE)] * 3,
        ("resolved", "disclosure-team", FIRST_DUE), ("routed", "press-office", OTHERS_DUE),
    ]  # fmt: skip
    said = await assigned(intake)
    assert sorted(each.disclosure for each in said) == sorted(given[:4])
    assert {(each.campaign, each.arm, each.version) for each in said} == {(OTHER, "plain", 2)}
    await approve(intake, OTHER, "press-office", 5)
    assert await settling.step() is False, "a campaign that changes its process keeps the old one for what came before"


async def test_a_disclosure_recorded_while_the_approval_is_heard_is_found_a_little_later(intake: Inside) -> None:
    store, clock = intake.service.store, StoppedClock(datetime.now(UTC))
    campaigns = intake.part(MongoCampaigns)
    settling = LateApprovals(campaigns, MongoAssignments(store, "intake"), clock, clock)
    await approve(intake, OTHER, "compliance", 2)
    await issue(intake, OTHER, OTHERS)
    assert await settling.step() is False
    await volunteer(intake, OTHERS)
    late = {"provisional": True, "owner": "disclosure-team", "due": FIRST_DUE, "working_days": 10}
    await store["disclosures"].update_many({}, {"$set": late})  # as another replica kept it, which had not heard yet
    clock.move(seconds=SETTLING_TIME.total_seconds() - 1)
    assert [await settling.step() for _ in range(2)] == [True, False]
    assert await dealt_with(intake) == [("received", "compliance", OTHERS_DUE)]
    assert len(await campaigns.heard_of()) == 2
    clock.move(seconds=2)
    assert await settling.step() is False
    assert await campaigns.heard_of() == []
