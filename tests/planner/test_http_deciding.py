"""Planner over HTTP: a campaign goes its way, by the right people, on what they have seen, and all hear of it."""

import asyncio

import httpx
import pytest

from deploy.local.demo.plan import LINES
from services.planner import plan as rules
from shared.contracts import CampaignApproved, CampaignSubmitted, LinesToTakePublished
from tests.planner.plans import LAUNCH, plan
from tests.support.inside import Inside

CAMPAIGN = "/v1/campaigns/OTM-26-0001"
REASON = {"reason": "as agreed with the helplines"}


async def drafted(designer: httpx.AsyncClient) -> None:
    created = await designer.post("/v1/campaigns", json=plan())
    assert created.headers["Location"] == CAMPAIGN


async def test_a_campaign_is_submitted_and_approved_and_everybody_hears_the_whole_of_it(planner: Inside) -> None:
    async with planner.caller("designer") as designer, planner.caller("approver") as approver:
        await drafted(designer)
        assert (await designer.post(f"{CAMPAIGN}/submission")).json()["state"] == "submitted"
        own = await designer.post(f"{CAMPAIGN}/approval", json=REASON)
        assert own.status_code == 403
        approved = await approver.post(f"{CAMPAIGN}/approval", json=REASON)
        assert approved.json()["state"] == "approved"
        assert approved.headers["ETag"] == '"3"'
    said = await planner.said()
    assert [envelope.type for envelope in said] == [
        "campaign.submitted.v1", "lines-to-take.published.v1", "campaign.approved.v1",
    ]  # fmt: skip
    submitted = CampaignSubmitted.model_validate_json(said[0].body)
    assert (submitted.submitted_by, submitted.customers, submitted.launch) == ("designer", 25_000, LAUNCH)
    lines = LinesToTakePublished.model_validate_json(said[1].body)
    assert (lines.version, len(lines.lines)) == (1, len(LINES))
    event = CampaignApproved.model_validate_json(said[2].body)
    assert (event.approved_by, event.lines_to_take, event.allocation_seed) == ("approver", 1, plan()["allocation_seed"])
    assert sum(wave.size for wave in event.waves) == 20_000  # four fifths of the customers are written to
    assert sum(day.central for day in event.expected_contacts) == 3_000  # of whom 15% get in touch
    assert [arm.model_dump(exclude_unset=True, exclude_none=True) for arm in event.arms] == [
        {"control": False, **arm, "letters": tuple(arm.get("letters", ()))} for arm in plan()["arms"]
    ]
    assert {envelope.subject for envelope in said} == {"OTM-26-0001"}
    assert len({envelope.id for envelope in said}) == 3


async def test_whoever_has_not_seen_the_latest_version_changes_nothing(planner: Inside) -> None:
    async with planner.caller("designer") as designer, planner.caller("approver") as approver:
        await drafted(designer)
        await designer.post(f"{CAMPAIGN}/submission", headers={"If-Match": '"1"'})
        stale = await approver.post(f"{CAMPAIGN}/approval", json=REASON, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
        assert (await approver.get(CAMPAIGN)).json()["state"] == "submitted"
        seen = await approver.post(f"{CAMPAIGN}/approval", json=REASON, headers={"If-Match": 'W/"2"'})
        assert seen.status_code == 200


@pytest.mark.parametrize("tag", ["*", '""', "three", '"٣"', '"-1"', f'"{"9" * 5000}"'])
async def test_what_is_no_version_is_refused(planner: Inside, tag: str) -> None:
    async with planner.caller("designer") as designer:
        await drafted(designer)
        answer = await designer.post(f"{CAMPAIGN}/submission", headers={b"If-Match": tag.encode()})
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["field"] == "If-Match"


async def test_of_two_who_decide_at_the_same_time_one_is_told_to_look_again(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        await drafted(designer)
        answers = await asyncio.gather(*(designer.post(f"{CAMPAIGN}/submission") for _ in range(4)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 200
        assert set(statuses[1:]) <= {409, 412}
        assert len((await designer.get(CAMPAIGN)).json()["history"]) == 1
    assert [envelope.type for envelope in await planner.said()] == ["campaign.submitted.v1"]


async def test_what_was_planned_can_be_read_and_decided_when_its_launch_has_become_a_bank_holiday(
    planner: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with planner.caller("designer") as designer:
        await drafted(designer)
        monkeypatch.setattr(rules, "is_working_day", lambda day: day != LAUNCH)
        assert (await designer.get(CAMPAIGN)).status_code == 200
        assert len((await designer.get("/v1/campaigns")).json()) == 1
        assert (await designer.post(f"{CAMPAIGN}/submission")).status_code == 200
        assert (await designer.post("/v1/campaigns", json=plan())).status_code == 422  # a new one is another matter


async def test_what_its_state_does_not_allow_is_a_conflict_that_says_what_is_possible(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        await drafted(designer)
        answer = await designer.post(f"{CAMPAIGN}/pause", json=REASON)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert answer.json()["title"] == "a campaign that is draft cannot pause; it can revise, submit"
        missing = await designer.post("/v1/campaigns/OTM-26-0099/pause", json=REASON)
        assert missing.status_code == 404
        assert (await designer.post(f"{CAMPAIGN}/approve-it", json=REASON)).status_code == 422
    assert await planner.said() == []


async def test_a_decision_is_for_a_reason_and_its_reason_is_said(planner: Inside) -> None:
    async with planner.caller("designer") as designer, planner.caller("approver") as approver:
        await drafted(designer)
        await designer.post(f"{CAMPAIGN}/submission")
        await approver.post(f"{CAMPAIGN}/approval", json=REASON)
        for reason in ({}, {"reason": " "}):
            answer = await approver.post(f"{CAMPAIGN}/stop", json=reason)
            assert answer.status_code == 422
            assert answer.json()["problems"][0]["rule"] == "required"
        stopped = await approver.post(f"{CAMPAIGN}/stop", json=REASON)
        assert stopped.json()["state"] == "stopped"
        assert stopped.json()["history"][-1]["reason"] == REASON["reason"]
    last = (await planner.said())[-1]
    assert last.type == "campaign.stopped.v1"
    assert REASON["reason"].encode() in last.body
