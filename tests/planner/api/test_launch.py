"""Planner over HTTP: a campaign goes its way, by the right people, on what they have seen, and all hear of it."""

import pytest

from services.planner.progress.ports import ProgressRepository
from shared.contracts import (
    CampaignApproved,
    CampaignLaunched,
    CampaignResumed,
    DispatchCompleted,
    LinesToTakePublished,
)
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import GATES, plan
from tests.planner.given.problems import broken
from tests.support.inside import Inside
from tests.support.samples import sample


async def test_a_campaign_is_agreed_and_launched_and_everybody_hears_the_whole_of_it(
    planner: Inside, people: People
) -> None:
    await people.approved()
    own = await people.do("designer", "POST", "/gates/senior-agreement/approval", REASON)
    assert own.status_code == 403
    early = await people.do("designer", "POST", "/launch", REASON)
    assert broken(early) == {
        ("stakeholders.customer-services", "acknowledged"),
        ("stakeholders.debt-management", "acknowledged"),
        ("stakeholders.press-office", "told"),
    }
    await people.sign_off()
    assert (await people.read("/launch"))["problems"] == []
    assert (await people.done("designer", "POST", "/launch", REASON))["state"] == "live"
    said = await people.decided()
    assert await people.said() == [
        "lines-to-take.published", "campaign.submitted", "campaign.approved", "campaign.launched",
    ]  # fmt: skip
    event = CampaignApproved.model_validate_json(said[2].body)
    assert (event.approved_by, event.lines_to_take, event.plan_version) == (f"{GATES[-1]}-lead", 1, 1)
    assert sum(wave.size for wave in event.waves) == 20_000  # four fifths of the customers are written to
    assert sum(day.central for day in event.expected_contacts) == 3_000  # of whom 15% get in touch
    assert event.volunteered is not None
    assert (event.volunteered.owner, event.liability_expected) == ("disclosure-team", True)
    assert [(helpline.code, helpline.percent) for helpline in event.helplines] == [
        ("self-assessment", 70), ("extra-help", 30),
    ]  # fmt: skip
    assert [arm.model_dump(exclude_unset=True, exclude_none=True) for arm in event.arms] == [
        {"control": False, **arm, "letters": tuple(arm.get("letters", ()))} for arm in plan()["arms"]
    ]
    launched = CampaignLaunched.model_validate_json(said[3].body)
    assert (launched.decided_by, launched.plan_version) == ("designer", 1)
    assert launched.version > event.version
    assert {envelope.subject for envelope in said} == {"OTM-26-0001"}
    assert len({envelope.id for envelope in said}) == 4


async def test_a_paused_campaign_is_corrected_agreed_again_and_resumed(planner: Inside, people: People) -> None:
    await people.live()
    paused = await people.do("designer", "POST", "/pause", {"reason": "The letter names the wrong page"})
    assert paused.json()["state"] == "paused"
    *arms, last = plan()["arms"]
    letters = [letter | {"body": letter["body"] + "\n\nSee page 4."} for letter in last["letters"]]
    body = {"plan": plan(arms=[*arms, last | {"letters": letters}]), "reason": "The right page"}
    amended = await people.done("designer", "PUT", "/plan", body)
    assert amended["state"] == "paused"
    refused = await people.do("designer", "POST", "/resumption", REASON)
    assert ("gates.communications-tone", "changed-since") in broken(refused)
    assert ("stakeholders.customer-services", "acknowledged") in broken(refused)
    await people.pass_gates("communications-tone")
    await people.word([{"question": "Which page?", "answer": "Page 4"}])
    await people.sign_off()
    refused = await people.do("designer", "POST", "/resumption", REASON)
    assert ("lines_to_take.lines", "covers") in broken(refused), "the letters are in Welsh as well"
    welsh = {"question": "Pa dudalen?", "answer": "Tudalen 4", "language": "cy"}
    await people.word([{"question": "Which page?", "answer": "Page 4"}, welsh])
    await people.sign_off()
    assert (await people.done("designer", "POST", "/resumption", REASON))["state"] == "live"
    said = await people.decided()
    assert [e.type for e in said[-6:]] == [
        "campaign.paused.v1", "campaign.amended.v1", "lines-to-take.published.v1", "lines-to-take.published.v1",
        "campaign.approved.v1", "campaign.resumed.v1",
    ]  # fmt: skip
    assert LinesToTakePublished.model_validate_json(said[-3].body).version == 3
    resumed = CampaignResumed.model_validate_json(said[-1].body)
    assert (resumed.plan_version, resumed.version) == (2, CampaignApproved.model_validate_json(said[-2].body).version)


@pytest.mark.parametrize(("halt", "state"), [("stop", "stopped"), ("pause", "paused")])
async def test_a_halt_needs_a_reason_but_no_version(people: People, halt: str, state: str) -> None:
    await people.live()
    approver = await people.by("approver")
    for empty in ({}, {"reason": " "}):
        refused = await approver.post(f"{people.campaign}/{halt}", json=empty)
        assert broken(refused) == {("reason", "required")}
    assert (await approver.post(f"{people.campaign}/{halt}", json=REASON)).json()["state"] == state


async def test_a_campaign_is_completed_only_when_nothing_is_left_to_issue(planner: Inside, people: People) -> None:
    await people.live()
    early = await people.do("approver", "POST", "/completion", REASON)
    assert (early.status_code, "stop the campaign" in early.text) == (409, True)
    campaign = people.campaign.rsplit("/", 1)[-1]
    await planner.part(ProgressRepository).dispatch_completed(sample(DispatchCompleted, campaign=campaign))
    assert (await people.done("approver", "POST", "/completion", REASON))["state"] == "completed"
