"""Planner over HTTP: a campaign goes its way, by the right people, on what they have seen, and all hear of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.planner.plan import plan as rules
from services.planner.progress.ports import ProgressRepository
from shared.contracts import (
    CampaignAmended,
    CampaignApproved,
    CampaignLaunched,
    CampaignRejected,
    CampaignResumed,
    DispatchCompleted,
    LinesToTakePublished,
)
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import GATES, LAUNCH, plan
from tests.planner.given.problems import broken
from tests.support.inside import Inside
from tests.support.samples import sample


@pytest.fixture
async def people(planner: Inside) -> AsyncIterator[People]:
    async with People(planner) as people:
        yield people


async def types_said(planner: Inside) -> list[str]:
    return [envelope.type.removesuffix(".v1") for envelope in await planner.said()]


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
    said = await planner.said()
    assert await types_said(planner) == [
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


async def test_every_change_can_be_read_with_its_author_its_time_and_its_reason(people: People) -> None:
    await people.live()
    history = await people.read("/history")
    assert [entry["version"] for entry in history] == sorted(entry["version"] for entry in history)
    assert history[-1]["step"] == "launch"
    assert all(entry["by"] and entry["at"] for entry in history)
    assert [entry["reason"] for entry in history if entry["step"] == "pass-gate"] == [REASON["reason"]] * len(GATES)
    (tone,) = await people.read("/history?about=communications-tone")
    assert tone["by"] == "communications-tone-lead"


async def test_an_answer_is_given_again_and_the_earlier_one_is_kept(people: People) -> None:
    await people.draft()
    for text in ("At first sight", "On reflection"):
        await people.done("designer", "PUT", "/assessment/risk", {"text": text, "review_by": "2026-12-01"})
    assessment = await people.read("/assessment")
    (risk,) = [one for one in assessment["questions"] if one["question"] == "risk"]
    assert (risk["answer"]["given"]["text"], risk["why_open"]) == ("On reflection", None)
    assert not assessment["complete"]
    earlier = await people.read("/history?about=risk")
    assert [entry["detail"]["text"] for entry in earlier] == ["At first sight", "On reflection"]


async def test_a_change_of_date_reopens_the_right_gates_and_voids_what_was_acknowledged(
    planner: Inside, people: People
) -> None:
    await people.approved()
    await people.sign_off()
    amended = await people.done(
        "designer", "PUT", "/plan", {"plan": plan(launch="2026-09-08"), "reason": "The print run slipped"}
    )
    assert amended["state"] == "submitted"
    assert [s["gate"]["code"] for s in await people.read("/gates") if s["why_open"]] == ["affected-stakeholders"]
    event = CampaignAmended.model_validate_json((await planner.said())[-1].body)
    assert (event.changed, event.reopened) == (("launch",), ("affected-stakeholders",))
    assert set(event.void) == {"customer-services", "debt-management", "press-office"}
    assert (event.launch.isoformat(), event.plan_version, event.reason) == ("2026-09-08", 2, "The print run slipped")
    assert (await people.do("designer", "POST", "/launch", REASON)).status_code == 409
    again = await people.pass_gates("affected-stakeholders")
    assert again["state"] == "approved"
    approved = CampaignApproved.model_validate_json((await planner.said())[-1].body)
    assert (approved.plan_version, approved.launch.isoformat()) == (2, "2026-09-08")
    assert {problem["field"] for problem in (await people.read("/launch"))["problems"]} == {
        "stakeholders.customer-services", "stakeholders.debt-management", "stakeholders.press-office",
    }  # fmt: skip


async def test_a_change_that_touches_no_gate_leaves_it_approved_and_says_the_plan_anew(
    planner: Inside, people: People
) -> None:
    await people.approved()
    body = {"plan": plan(title="A better title"), "reason": "Plainer"}
    assert (await people.done("designer", "PUT", "/plan", body))["state"] == "approved"
    assert (await types_said(planner))[-2:] == ["campaign.amended", "campaign.approved"]


async def test_sent_back_it_is_mended_and_submitted_again(planner: Inside, people: People) -> None:
    await people.draft()
    await people.answer()
    await people.submit()
    await people.pass_gates(*GATES[:2])
    back = await people.done("data-protection-lead", "POST", "/gates/data-protection/return", {"reason": "Say why"})
    assert back["state"] == "draft"
    await people.done("designer", "PUT", "/plan", {"plan": plan(hypothesis="A sharper one")})
    assert (await people.submit())["state"] == "submitted"
    assert [s["gate"]["code"] for s in await people.read("/gates") if s["why_open"]] == list(GATES[1:])
    assert (await people.pass_gates(*GATES[1:]))["state"] == "approved"
    assert (await types_said(planner)).count("campaign.submitted") == 2


async def test_it_is_rejected_to_do_something_else_instead(planner: Inside, people: People) -> None:
    await people.draft()
    rejection = {"reason": "Too few share the reason", "instead": "one-to-one"}
    assert (await people.done("approver", "POST", "/rejection", rejection))["state"] == "rejected"
    event = CampaignRejected.model_validate_json((await planner.said())[-1].body)
    assert (event.instead, event.reason) == ("one-to-one", "Too few share the reason")
    assert (await people.do("designer", "POST", "/submission")).status_code == 409


async def test_paused_its_message_is_corrected_teams_are_briefed_again_and_it_is_resumed(
    planner: Inside, people: People
) -> None:
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
    assert (await people.done("designer", "POST", "/resumption", REASON))["state"] == "live"
    said = await planner.said()
    assert [e.type for e in said[-5:]] == [
        "campaign.paused.v1", "campaign.amended.v1", "lines-to-take.published.v1", "campaign.approved.v1",
        "campaign.resumed.v1",
    ]  # fmt: skip
    assert LinesToTakePublished.model_validate_json(said[-3].body).version == 2
    resumed = CampaignResumed.model_validate_json(said[-1].body)
    assert (resumed.plan_version, resumed.version) == (2, CampaignApproved.model_validate_json(said[-2].body).version)


@pytest.mark.parametrize(("halt", "state"), [("stop", "stopped"), ("pause", "paused")])
async def test_it_is_halted_at_once_without_looking_first_but_for_a_reason(
    people: People, halt: str, state: str
) -> None:
    await people.live()
    approver = await people.by("approver")
    for empty in ({}, {"reason": " "}):
        refused = await approver.post(f"{people.campaign}/{halt}", json=empty)
        assert broken(refused) == {("reason", "required")}
    assert (await approver.post(f"{people.campaign}/{halt}", json=REASON)).json()["state"] == state


async def test_it_is_closed_only_when_nothing_is_left_to_issue(planner: Inside, people: People) -> None:
    await people.live()
    early = await people.do("approver", "POST", "/completion", REASON)
    assert (early.status_code, "stop the campaign" in early.text) == (409, True)
    campaign = people.campaign.rsplit("/", 1)[-1]
    await planner.part(ProgressRepository).dispatch_completed(sample(DispatchCompleted, campaign=campaign))
    assert (await people.done("approver", "POST", "/completion", REASON))["state"] == "completed"


async def test_lines_to_take_are_approved_by_somebody_else_and_every_version_can_be_read(people: People) -> None:
    await people.draft()
    written = await people.done(
        "designer",
        "PUT",
        "/lines-to-take",
        {"lines": [{"question": "Why?", "answer": "**Because** <script>x</script>"}]},
    )
    assert (written["published"], written["proposed"]["version"]) == (None, 1)
    assert (await people.do("designer", "POST", "/lines-to-take/1/approval", REASON)).status_code == 403
    await people.done("lines-editor", "POST", "/lines-to-take/1/approval", REASON)
    await people.word([{"question": "Why now?", "answer": "It is time"}])
    assert (await people.do("lines-editor", "POST", "/lines-to-take/2/approval", REASON)).status_code == 409
    assert (await people.read("/lines-to-take"))["published"]["version"] == 2
    assert (await people.read("/lines-to-take/1"))["lines"][0]["question"] == "Why?"
    page = await (await people.by("designer")).get(f"{people.campaign}/lines-to-take/1/page")
    assert "<strong>Because</strong>" in page.text
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert (await (await people.by("designer")).get(f"{people.campaign}/lines-to-take/3")).status_code == 404
    wrong = {"lines": [{"question": "Why?", "answer": "So", "arms": ["no-such-arm"]}]}
    assert broken(await people.do("designer", "PUT", "/lines-to-take", wrong)) == {
        ("lines_to_take.lines.0.arms", "known-arm")
    }


async def test_a_clash_is_shown_and_decided(people: People) -> None:
    await people.draft(title="The first one")
    await people.draft(title="The second one")
    (found,) = await people.read("/clashes")
    assert (found["clash"]["campaign"], found["decided"]) == ("OTM-26-0001", False)
    decision = {"decision": "go-ahead", "reason": "Different customers in the end"}
    await people.done("designer", "POST", "/clashes/OTM-26-0001", decision)
    assert (await people.read("/clashes"))[0]["decided"]
    assert (await people.do("designer", "POST", "/clashes/OTM-26-0077", decision)).status_code == 404


async def test_last_years_campaign_is_cloned_with_its_answers_and_results(people: People) -> None:
    await people.draft()
    await people.answer()
    copied = await people.do("designer", "POST", "/clone", {"title": "The same again"})
    assert copied.status_code == 201
    people.campaign = copied.headers["Location"]
    assessment = await people.read("/assessment")
    assert assessment["earlier"] == {"campaign": "OTM-26-0001", "issued": None, "responses": {}}
    assert {one["why_open"] for one in assessment["questions"]} == {"this is the answer of OTM-26-0001: give your own"}


async def test_whoever_has_not_seen_the_latest_version_changes_nothing(people: People) -> None:
    await people.draft()
    stale = await people.do("designer", "PUT", "/plan", {"plan": plan(title="Mine")}, seen='"7"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert stale.json()["problems"] == [{"field": "If-Match", "rule": "current-version", "message": "1"}]
    blind = await (await people.by("designer")).put(f"{people.campaign}/plan", json={"plan": plan()})
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition-required")
    assert (await people.read())["version"] == 1
    assert (await people.do("designer", "PUT", "/plan", {"plan": plan(title="Mine")}, seen='W/"1"')).status_code == 200


@pytest.mark.parametrize("tag", ["*", '""', "three", '"٣"', '"-1"', f'"{"9" * 5000}"'])
async def test_what_is_no_version_is_refused(planner: Inside, people: People, tag: str) -> None:
    await people.draft()
    designer = await people.by("designer")
    answer = await designer.post(f"{people.campaign}/submission", headers={b"If-Match": tag.encode()})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "If-Match"


async def test_of_two_who_decide_at_the_same_time_one_is_told_to_look_again(planner: Inside, people: People) -> None:
    await people.draft()
    await people.answer()
    designer = await people.by("designer")
    answers = await asyncio.gather(*(designer.post(f"{people.campaign}/submission") for _ in range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}
    assert await types_said(planner) == ["campaign.submitted"]


async def test_what_was_planned_can_be_read_when_its_launch_has_become_a_bank_holiday(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.draft()
    monkeypatch.setattr(rules, "is_working_day", lambda day: day != LAUNCH)
    designer = await people.by("designer")
    assert (await designer.get(people.campaign)).status_code == 200
    assert len((await designer.get("/v1/campaigns?state=draft")).json()) == 1
    assert (await designer.post("/v1/campaigns", json=plan())).status_code == 422  # a new one is another matter


async def test_only_who_leads_a_gate_or_a_team_speaks_for_it(people: People) -> None:
    await people.draft()
    for path in ("/gates/data-protection/approval", "/gates/data-protection/return"):
        assert (await people.do("strategy-unit-lead", "POST", path, REASON)).status_code == 403
    for_others = await people.do("press-office-lead", "POST", "/stakeholders/customer-services/acknowledgement")
    assert for_others.status_code == 403
    assert (await people.do("strategy-unit-lead", "POST", "/submission")).status_code == 403
    unaffected = await people.do("communications-lead", "POST", "/stakeholders/communications/acknowledgement")
    assert unaffected.status_code == 404
