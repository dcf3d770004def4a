"""A correction to exactly those who got a wrong letter: declared, agreed by the gates that it touches, or refused."""

from typing import Any

import pytest

from shared.contracts import CampaignApproved, CommunicationsIssued
from tests.planner.given.hearing import handlers, heard
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import later
from tests.support.inside import Inside
from tests.support.samples import sample

WRONG = "OTM-26-0001"
DAY = "2026-09-07"
WANTED = {"title": "We wrote the wrong date", "arms": ["plain"], "since": DAY, "until": DAY}
LETTER = {"language": "en", "subject": "A mistake in our letter", "body": "The date is 30 October. We are sorry."}


async def issued(planner: Inside, people: People, state: str = "pause") -> None:
    """A live campaign that has written to two customers of one arm and one of another, and was paused."""
    await people.live()
    arms = ("plain", "plain", "social-norm")
    letters = [{"reference": f"7KM2X-Q4R{n}D", "arm": arm, "language": "en"} for n, arm in enumerate(arms, 4)]
    said = sample(CommunicationsIssued, campaign=WRONG, communications=letters, issued_at=f"{DAY}T09:30:00Z")
    await handlers(planner).note_issued(heard(said))
    planner.move_clock(later(28))
    if state:
        await people.done("designer", "POST", f"/{state}", REASON)


async def correct(people: People, **changes: Any) -> Any:
    designer = await people.by("designer")
    return await designer.post(f"/v1/campaigns/{WRONG}/correction", json=WANTED | changes)


def dated(plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    arm = plan["arms"][0] | {"letters": [LETTER]}
    briefed = {"on": "2026-09-07", "by": "designer"}
    return plan | {
        "arms": [arm], "launch": "2026-09-14", "respond_by": "2026-10-30",
        "milestones": [{"what": "Corrections are out", "on": "2026-09-14"}],
        "press_office_briefed": briefed, "communications_briefed": briefed, **changes,
    }  # fmt: skip


async def drafted(planner: Inside, people: People) -> dict[str, Any]:
    await issued(planner, people)
    answer = await correct(people)
    assert answer.status_code == 201, answer.text
    people.campaign = answer.headers["Location"]
    plan: dict[str, Any] = answer.json()["plan"]
    return plan


async def test_its_customers_are_those_who_got_the_letter_and_its_answers_are_there(
    planner: Inside, people: People
) -> None:
    plan = await drafted(planner, people)
    wrong = {"campaign": WRONG, "arms": ["plain"], "languages": [], "since": DAY, "until": DAY}
    assert plan["corrects"] == wrong | {"plan_version": 1}
    assert (plan["customers"], [arm["code"] for arm in plan["arms"]]) == (2, ["correction"])
    missing = {problem["field"] for problem in (await people.read("/submission"))["problems"]}
    assert missing == {
        "launch", "milestones", "press_office_briefed", "communications_briefed", "respond_by",
        "arms.0.letters.0", "arms.0.letters.1",
    } & missing  # fmt: skip
    assert {"launch", "arms.0.letters.0"} <= missing


async def test_only_the_gates_that_it_touches_are_passed_and_dispatcher_hears_whom_it_corrects(
    planner: Inside, people: People
) -> None:
    plan = await drafted(planner, people)
    await people.done("designer", "PUT", "/plan", {"plan": dated(plan)})
    await people.word([{"question": "Which date is right?", "answer": "30 October."}])
    await people.submit()
    gates = [each["gate"]["code"] for each in await people.read("/gates")]
    assert gates == ["communications-tone", "affected-stakeholders"]
    approved = await people.pass_gates(*gates)
    assert approved["state"] == "approved"
    told = [each for each in await planner.said() if each.type == CampaignApproved.event_type][-1]
    assert CampaignApproved.model_validate_json(told.body).corrects is not None
    assert not (await people.read("/clashes")), "with what it corrects it cannot clash"
    launch = {(p["field"], p["rule"]) for p in (await people.read("/launch"))["problems"]}
    assert launch == {
        ("stakeholders.customer-services", "acknowledged"), ("stakeholders.debt-management", "acknowledged"),
        ("stakeholders.press-office", "told"),
    }, "customers who hold a wrong letter do not wait for the least notice"  # fmt: skip


async def test_what_a_designer_changes_beside_is_looked_at_too(planner: Inside, people: People) -> None:
    plan = await drafted(planner, people)
    channelled = dated(plan, resource="Ten people", purpose="Something else")
    channelled["arms"][0]["channel"] = "third-party"
    await people.done("designer", "PUT", "/plan", {"plan": channelled})
    gates = [each["gate"]["code"] for each in await people.read("/gates")]
    assert gates == [
        "communications-tone", "data-protection", "affected-stakeholders", "strategy-unit", "senior-agreement"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"arms": ["control"]}, "since", "issued"),
        ({"since": "2026-09-08", "until": "2026-09-09"}, "since", "issued"),
        ({"since": "2026-09-08", "until": "2026-09-07"}, "since", "issued"),
        ({"since": "soon"}, "body.since", "day"),
    ],
)
async def test_letters_that_nobody_got_are_not_corrected(
    planner: Inside, people: People, changes: dict[str, Any], field: str, rule: str
) -> None:
    await issued(planner, people)
    refused = await correct(people, **changes)
    assert refused.status_code == 422, refused.text
    assert field.split(".")[-1] in refused.json()["problems"][0]["field"]


async def test_a_campaign_that_was_never_launched_has_nothing_to_correct(people: People) -> None:
    await people.draft()
    refused = await correct(people)
    assert (refused.status_code, refused.json()["title"]) == (
        409, f"{WRONG} was never launched: nobody has a letter of it"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("corrects", "field", "rule"),
    [
        ({"until": "2026-09-08"}, "corrects.until", "not-future"),
        ({"arms": ["plain", "no-such"]}, "corrects.arms", "written-to"),
        ({"campaign": "OTM-26-0999"}, "corrects.campaign", "launched"),
    ],
)
async def test_a_correction_of_what_is_not_so_cannot_be_submitted(
    planner: Inside, people: People, corrects: dict[str, Any], field: str, rule: str
) -> None:
    plan = await drafted(planner, people)
    await people.done("designer", "PUT", "/plan", {"plan": dated(plan, corrects=plan["corrects"] | corrects)})
    refused = await people.do("designer", "POST", "/submission")
    assert refused.status_code == 422
    assert (field, rule) in {(p["field"], p["rule"]) for p in refused.json()["problems"]}


async def test_a_correction_with_a_trial_or_the_wrong_words_again_is_refused(planner: Inside, people: People) -> None:
    plan = await drafted(planner, people)
    two = dated(plan, arms=[*plan["arms"], {"code": "control", "control": True}])
    await people.done("designer", "PUT", "/plan", {"plan": two})
    assert "one-arm" in {p["rule"] for p in (await people.read("/submission"))["problems"]}
    backwards = {"since": "2026-09-08", "until": "2026-09-07"}
    refused = await people.do("designer", "PUT", "/plan", {"plan": dated(plan, corrects=plan["corrects"] | backwards)})
    assert (refused.status_code, refused.json()["problems"][0]["rule"]) == (422, "not-before-since")
    again = dated(plan, arms=plan["arms"])
    await people.done("designer", "PUT", "/plan", {"plan": again})
    rules = {p["rule"] for p in (await people.read("/submission"))["problems"]}
    assert "still-wrong" in rules


async def test_letters_that_still_go_out_are_stopped_first(planner: Inside, people: People) -> None:
    await issued(planner, people, state="")
    people.campaign = (await correct(people)).headers["Location"]
    rules = {p["rule"] for p in (await people.read("/submission"))["problems"]}
    assert "still-going-out" in rules
    planner.move_clock(later(29))
    rules = {p["rule"] for p in (await people.read("/submission"))["problems"]}
    assert "still-going-out" not in rules
