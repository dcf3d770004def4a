"""Pages of capacity: a helpline manager says what the team can take, and is told of what is wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.planner.capacity.ports import CapacityRepository
from shared.contracts import CapacityChanged
from tests.planner.given.volumes import has_room
from tests.support.browsing import Browser
from tests.support.inside import Inside

TEAM = "customer-services"
FORM = f"/capacity/{TEAM}"
TYPED = {"contacts": "480", "base_load": "120", "days": "2026-12-24: 200", "reason": "The rota of autumn"}


@pytest.fixture
async def manager(planner: Inside) -> AsyncIterator[Browser]:
    async with Browser(planner.service) as browser:
        await browser.sign_in("helpline-manager")
        yield browser


async def contacts(planner: Inside) -> list[tuple[int, int]]:
    return [(each.version, each.capacity.contacts) for each in await planner.part(CapacityRepository).versions(TEAM)]


async def test_a_manager_sets_the_capacity_of_the_team_and_everybody_who_counts_on_it_is_told(
    planner: Inside, manager: Browser
) -> None:
    assert "Nobody has said it" in (await manager.get("/capacity")).words
    both = await asyncio.gather(*(manager.send(page, FORM, **TYPED) for page in [await manager.get(FORM)] * 2))
    assert [page.path for page in both] == [f"/capacity?done={TEAM}"] * 2
    assert "480 contacts on a working day, 120 of them" in both[0].words
    assert await contacts(planner) == [(1, 480)]
    (said,) = [each for each in await planner.said() if each.type == CapacityChanged.event_type]
    changed = CapacityChanged.model_validate_json(said.body)
    assert (changed.team, changed.version, changed.contacts, changed.base_load) == (TEAM, 1, 480, 120)
    assert [(each.on.isoformat(), each.contacts) for each in changed.exceptions] == [("2026-12-24", 200)]


async def test_what_is_wrong_is_named_and_what_was_typed_stays(planner: Inside, manager: Browser) -> None:
    wrong = TYPED | {"contacts": "lots", "closes": "07:00", "days": "Christmas", "reason": ""}
    page = await manager.send(await manager.get(FORM), FORM, **wrong)
    assert page.status == 422
    for field in ("contacts", "days", "reason"):
        assert f"#{field}" in page.links
        assert field in page.ids
    fields = dict(page.form(FORM).fields)
    assert {name: fields[name] for name in wrong} == wrong
    assert await contacts(planner) == []


async def test_a_change_by_somebody_else_is_shown_side_by_side_and_nothing_typed_is_lost(
    planner: Inside, manager: Browser
) -> None:
    page = await manager.get(FORM)
    await has_room(planner, 300)
    stale = await manager.send(page, FORM, **TYPED)
    assert stale.status == 409
    assert "What is different" in stale.words
    assert "Set by intake-lead" in stale.words
    fields = dict(stale.form(FORM).fields)
    assert {name: fields[name] for name in TYPED} == TYPED
    assert await contacts(planner) == [(1, 300)]
    await manager.send(stale, FORM)
    assert await contacts(planner) == [(1, 300), (2, 480)]


async def test_nobody_sets_the_capacity_of_a_team_that_they_do_not_speak_for(planner: Inside, manager: Browser) -> None:
    fields = [*(await manager.get(FORM)).form("/sign-out").fields, *TYPED.items()]
    for team in ("debt-management", "no-such-team"):
        assert (await manager.get(f"/capacity/{team}")).status == 403
        assert (await manager.post(f"/capacity/{team}", fields)).status == 403
    assert (await manager.get("/capacity/No_Team")).status == 422
    async with Browser(planner.service) as designer:
        await designer.sign_in("designer")
        assert (await designer.get("/capacity")).status == 403
    assert await contacts(planner) == []
