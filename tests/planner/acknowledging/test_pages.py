"""Page of what a team is asked to know; and that it is said about what somebody has seen."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.planner.campaigns import Campaigns
from tests.planner.given.people import People
from tests.planner.given.plans import plan
from tests.support.browsing import Browser
from tests.support.inside import Inside

TEAM = "customer-services"
PAGE = f"/waiting/OTM-26-0001/teams/{TEAM}"


@pytest.fixture
async def manager(planner: Inside) -> AsyncIterator[Browser]:
    async with Browser(planner.service) as browser:
        await browser.sign_in("helpline-manager")
        yield browser


async def acknowledged(planner: Inside) -> dict[str, str]:
    campaign = await planner.part(Campaigns).get("OTM-26-0001")
    return {team: said.by for team, said in campaign.acknowledged.items()}


async def test_a_team_reads_what_is_planned_and_says_once_that_it_knows(
    people: People, planner: Inside, manager: Browser
) -> None:
    await people.draft()
    assert "Nothing waits for you" in (await manager.get("/waiting")).words
    await people.answer()
    await people.word()
    await people.submit()
    await people.pass_gates()
    assert PAGE in (await manager.get("/waiting")).links
    page = await manager.get(PAGE)
    assert "25,000" in page.words
    await people.done("debt-management-lead", "POST", "/stakeholders/debt-management/acknowledgement")
    both = await asyncio.gather(*(manager.send(page, PAGE) for _ in range(2)))
    assert [each.path for each in both] == ["/waiting?known=OTM-26-0001"] * 2
    assert PAGE not in both[0].links
    assert await acknowledged(planner) == {"debt-management": "debt-management-lead", TEAM: "helpline-manager"}
    assert "said for your team that it knows" in (await manager.get(PAGE)).words
    assert [each["step"] for each in await people.read("/history")].count("acknowledge") == 2


async def test_a_plan_that_was_changed_meanwhile_is_shown_side_by_side(
    people: People, planner: Inside, manager: Browser
) -> None:
    await people.approved()
    page = await manager.get(PAGE)
    changed = {"plan": plan(purpose="To <em>collect</em> more"), "reason": "better"}
    await people.done("designer", "PUT", "/plan", changed)
    stale = await manager.send(page, PAGE)
    assert stale.status == 409
    assert "To <em>collect</em> more" in stale.words
    assert "<em>" not in stale.answer.text
    assert await acknowledged(planner) == {}
    await manager.send(stale, PAGE)
    assert await acknowledged(planner) == {TEAM: "helpline-manager"}


async def test_nobody_speaks_for_another_team(people: People, planner: Inside, manager: Browser) -> None:
    await people.draft()
    fields = (await manager.get("/waiting")).form("/sign-out").fields
    for team in ("debt-management", "no-such-team"):
        path = f"/waiting/OTM-26-0001/teams/{team}"
        assert ((await manager.get(path)).status, (await manager.post(path, fields)).status) == (403, 403)
    assert (await manager.get(f"/waiting/OTM-26-0099/teams/{TEAM}")).status == 404
