"""Approvers' pages: what waits, a brief on one page, and a decision that is about what they have seen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.planner.app import build_app
from services.planner.settings import Settings
from shared.wording import title_of
from tests.planner.given.people import People
from tests.planner.given.plans import DESIGNED, GATES, plan
from tests.support.browsing import Browser, Page
from tests.support.inside import Corner, Inside, inside

FIRST = GATES[0]
LEAD = f"{FIRST}-lead"
BRIEF = f"/waiting/OTM-26-0001/{FIRST}"
APPROVED = {"decision": "approve", "reason": "As agreed on Monday"}


@pytest.fixture
async def planner(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(DESIGNED)
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


@pytest.fixture
async def submitted(planner: Inside) -> AsyncIterator[People]:
    async with People(planner) as people:
        await people.draft()
        await people.answer()
        await people.word()
        await people.submit()
        yield people


@pytest.fixture
async def lead(planner: Inside) -> AsyncIterator[Browser]:
    async with Browser(planner.service) as browser:
        await browser.sign_in(LEAD)
        yield browser


async def passed(people: People) -> list[str]:
    return [each["gate"]["code"] for each in await people.read("/gates") if each["why_open"] is None]


def typed(page: Page) -> dict[str, str]:
    return {name: value for name, value in page.form(BRIEF).fields if name in ("decision", "reason", "conditions")}


async def test_an_approver_finds_what_waits_reads_the_brief_and_approves(submitted: People, lead: Browser) -> None:
    waiting = await lead.get("/")
    assert waiting.path == "/waiting"
    assert BRIEF in waiting.links
    brief = await lead.get(BRIEF)
    assert "25,000" in brief.words
    done = await lead.send(brief, BRIEF, **APPROVED)
    assert done.path == "/waiting?done=OTM-26-0001"
    assert "is recorded" in done.words
    assert BRIEF not in done.links
    assert await passed(submitted) == [FIRST]


async def test_a_gate_waits_for_its_own_lead_and_only_when_its_turn_comes(submitted: People, planner: Inside) -> None:
    async with Browser(planner.service) as second:
        assert "Nothing waits for you" in (await second.sign_in(f"{GATES[1]}-lead")).words
        await submitted.pass_gates(FIRST)
        assert f"/waiting/OTM-26-0001/{GATES[1]}" in (await second.get("/waiting")).links


async def test_conditions_are_kept_each_by_itself(submitted: People, lead: Browser) -> None:
    decision = {
        "decision": "conditions",
        "reason": "Nearly",
        "conditions": "Say it in Welsh\n\n Ring the helpline first ",
    }
    await lead.send(await lead.get(BRIEF), BRIEF, **decision)
    approval = (await submitted.read())["approvals"][FIRST]
    assert approval["conditions"] == ["Say it in Welsh", "Ring the helpline first"]


async def test_a_campaign_that_is_sent_back_is_a_draft_with_the_reason(submitted: People, lead: Browser) -> None:
    await lead.send(await lead.get(BRIEF), BRIEF, decision="return", reason="Too stern")
    assert (await submitted.read())["state"] == "draft"
    assert (await submitted.read("/history"))[-1]["reason"] == "Too stern"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": "Why not"}, "decision"),
        ({"decision": "approve"}, "reason"),
        ({"decision": "approve", "reason": "  "}, "reason"),
        ({"decision": "approve", "reason": "x" * 4_001}, "reason"),
        ({"decision": "conditions", "reason": "Nearly"}, "conditions"),
        ({"decision": "approve", "reason": "Fine", "conditions": "But"}, "conditions"),
        ({"decision": "conditions", "reason": "Nearly", "conditions": "a\n" * 21}, "conditions"),
        ({"decision": "burn-it", "reason": "Cold"}, "decision"),
    ],
)
async def test_what_is_wrong_is_named_and_what_was_typed_stays(
    submitted: People, lead: Browser, sent: dict[str, str], field: str
) -> None:
    page = await lead.send(await lead.get(BRIEF), BRIEF, **sent)
    assert page.status == 422
    assert f"#{field}" in page.links
    assert field in page.ids
    assert typed(page)["reason"].strip() == sent.get("reason", "").strip()
    assert await passed(submitted) == []


async def test_a_link_of_a_notice_dies_when_the_plan_is_changed_and_leads_to_the_plan_as_it_is(
    submitted: People, lead: Browser
) -> None:
    version = (await submitted.read())["plan_version"]
    assert (await lead.get(f"{BRIEF}/version/{version}")).path == BRIEF
    await submitted.done("designer", "PUT", "/plan", {"plan": plan(purpose="To collect more"), "reason": "better"})
    dead = await lead.get(f"{BRIEF}/version/{version}")
    assert (dead.status, dead.heading) == (410, f"OTM-26-0001, {title_of(FIRST)} This plan was changed")
    assert BRIEF in dead.links
    assert [form.action for form in dead.forms() if form.action.startswith("/waiting")] == []
    for wrong in (f"/waiting/OTM-26-0001/no-gate/version/{version}", f"{BRIEF}/version/x", f"{BRIEF}/version/0"):
        assert (await lead.get(wrong)).status in (404, 422)


async def test_a_link_of_a_notice_asks_to_sign_in_and_leads_on(submitted: People, planner: Inside) -> None:
    version = (await submitted.read())["plan_version"]
    async with Browser(planner.service) as somebody:
        assert (await somebody.get(f"{BRIEF}/version/{version}")).heading == "Sign in"
        assert (await somebody.sign_in(LEAD, f"{BRIEF}/version/{version}")).path == BRIEF


async def test_a_decision_about_what_somebody_changed_meanwhile_shows_both_and_keeps_what_was_typed(
    submitted: People, lead: Browser
) -> None:
    brief = await lead.get(BRIEF)
    changed = {"plan": plan(purpose="To <em>collect</em> more"), "reason": "better"}
    await submitted.done("designer", "PUT", "/plan", changed)
    page = await lead.send(brief, BRIEF, **APPROVED)
    assert page.status == 409
    assert "Somebody changed this campaign since you opened it" in page.words
    assert "To <em>collect</em> more" in page.words
    assert "<em>" not in page.answer.text
    assert typed(page) == APPROVED | {"conditions": ""}
    assert await passed(submitted) == []
    await lead.send(page, BRIEF)
    assert await passed(submitted) == [FIRST]


@pytest.mark.parametrize("decision", [APPROVED, {"decision": "return", "reason": "Too stern"}])
async def test_a_decision_that_is_sent_twice_is_taken_once(
    submitted: People, lead: Browser, decision: dict[str, str]
) -> None:
    brief = await lead.get(BRIEF)
    pages = await asyncio.gather(*(lead.send(brief, BRIEF, **decision) for _ in range(2)))
    assert [page.path for page in pages] == ["/waiting?done=OTM-26-0001"] * 2
    steps = [entry["step"] for entry in await submitted.read("/history")]
    assert steps.count("pass-gate") + steps.count("send-back") == 1


async def test_nobody_decides_about_a_plan_of_their_own(submitted: People, planner: Inside) -> None:
    gate = "senior-agreement"
    await submitted.pass_gates(*(each for each in GATES if each != gate))
    async with Browser(planner.service) as designer:
        await designer.sign_in("designer")
        waiting = await designer.get("/waiting")
        assert "somebody else has to decide" in waiting.words
        brief = await designer.get(f"/waiting/OTM-26-0001/{gate}")
        assert not [form for form in brief.forms() if form.action.startswith("/waiting")]
        sent = [*(await designer.get("/campaigns")).form("/sign-out").fields, *APPROVED.items(), ("version", "99")]
        assert (await designer.post(f"/waiting/OTM-26-0001/{gate}", sent)).status in (409, 422)
    assert gate not in await passed(submitted)


async def test_a_form_for_a_gate_of_somebody_else_is_refused(submitted: People, planner: Inside) -> None:
    async with Browser(planner.service) as other:
        page = await other.sign_in(f"{GATES[1]}-lead")
        sent = [*page.form("/sign-out").fields, *APPROVED.items(), ("version", "4")]
        assert (await other.post(BRIEF, sent)).status == 403
    assert await passed(submitted) == []


async def test_pages_that_are_not_there_say_so(submitted: People, lead: Browser) -> None:
    for path in ("/waiting/OTM-26-0009/x", "/waiting/OTM-26-0001/no-such-gate", "/campaigns/OTM-26-0009"):
        page = await lead.get(path)
        assert (page.status, page.heading) == (404, "Page not found")
