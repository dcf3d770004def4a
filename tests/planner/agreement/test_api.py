"""Gates, clashes and teams over HTTP: a change re-opens the right gates, and only their leads speak for them."""

from shared.contracts import (
    CampaignAmended,
    CampaignApproved,
    CampaignRejected,
)
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import GATES, plan
from tests.support.inside import Inside


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
    assert (await people.said())[-2:] == ["campaign.amended", "campaign.approved"]


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
    assert (await people.said()).count("campaign.submitted") == 2


async def test_a_campaign_is_rejected_in_favour_of_something_else(planner: Inside, people: People) -> None:
    await people.draft()
    rejection = {"reason": "Too few share the reason", "instead": "one-to-one"}
    assert (await people.done("approver", "POST", "/rejection", rejection))["state"] == "rejected"
    event = CampaignRejected.model_validate_json((await planner.said())[-1].body)
    assert (event.instead, event.reason) == ("one-to-one", "Too few share the reason")
    assert (await people.do("designer", "POST", "/submission")).status_code == 409


async def test_a_clash_is_shown_and_decided(people: People) -> None:
    await people.draft(title="The first one")
    await people.draft(title="The second one")
    (found,) = await people.read("/clashes")
    assert (found["clash"]["campaign"], found["decided"]) == ("OTM-26-0001", False)
    decision = {"decision": "go-ahead", "reason": "Different customers in the end"}
    await people.done("designer", "POST", "/clashes/OTM-26-0001", decision)
    assert (await people.read("/clashes"))[0]["decided"]
    assert (await people.do("designer", "POST", "/clashes/OTM-26-0077", decision)).status_code == 404


async def test_only_the_lead_of_a_gate_or_team_may_speak_for_it(people: People) -> None:
    await people.draft()
    for path in ("/gates/data-protection/approval", "/gates/data-protection/return"):
        assert (await people.do("strategy-unit-lead", "POST", path, REASON)).status_code == 403
    unknown = await people.do("strategy-unit-lead", "POST", "/gates/comms/approval", REASON)
    assert (unknown.status_code, "there are communications-tone, analyst-sign-off" in unknown.text) == (404, True)
    for_others = await people.do("press-office-lead", "POST", "/stakeholders/customer-services/acknowledgement")
    assert for_others.status_code == 403
    assert (await people.do("strategy-unit-lead", "POST", "/submission")).status_code == 403
    unaffected = await people.do("communications-lead", "POST", "/stakeholders/communications/acknowledgement")
    assert unaffected.status_code == 404
