"""A campaign is launched, paused, let go on, completed and stopped on a page."""

import pytest

from services.planner.campaigns import Campaigns
from services.planner.lifecycle import State
from tests.planner.given.people import People
from tests.support.browsing import Browser
from tests.support.inside import Inside

FORM = "/campaigns/OTM-26-0001/steps"


@pytest.fixture
async def live(site: Inside) -> People:
    async with People(site) as people:
        await people.live()
    return people


async def state(site: Inside) -> State:
    return (await site.part(Campaigns).get("OTM-26-0001")).state


async def test_a_campaign_is_paused_at_once_and_goes_on_by_what_somebody_has_seen(
    live: People, designer: Browser, site: Inside
) -> None:
    assert FORM in (await designer.get("/campaigns/OTM-26-0001")).links
    first = await designer.get(FORM)
    for _ in range(2):  # the button was pressed twice
        page = await designer.send(first, FORM, step="pause", reason="Calls are more than expected")
        assert (page.status, await state(site)) == (200, State.PAUSED)
    assert "Calls are more than expected" in page.words
    stale = await designer.send(first, FORM, step="resume", reason="They are fewer again")
    assert (stale.status, await state(site)) == (409, State.PAUSED)
    assert "Live Paused" in stale.words  # as it was seen, and as it is
    assert dict(stale.form(FORM).fields)["reason"] == "They are fewer again"
    resumed = await designer.send(stale, FORM, step="resume")
    assert (resumed.status, await state(site)) == (200, State.LIVE)
    stopped = await designer.send(first, FORM, step="stop", reason="The letters are wrong")
    assert (stopped.status, await state(site)) == (200, State.STOPPED)
    assert FORM not in (await designer.get("/campaigns/OTM-26-0001")).links


async def test_what_stands_against_a_step_is_said_and_what_was_typed_stays(
    live: People, designer: Browser, site: Inside
) -> None:
    form = await designer.get(FORM)
    empty = await designer.send(form, FORM, step="", reason="")
    assert (empty.status, {"#step", "#reason"} <= set(empty.links)) == (422, True)
    early = await designer.send(form, FORM, step="complete", reason="Everything is out")
    assert (early.status, await state(site)) == (422, State.LIVE)
    assert "Communications are left to issue" in early.words
    again = await designer.send(form, FORM, step="resume", reason="Once more")
    assert (again.status, dict(again.form(FORM).fields)["reason"]) == (422, "Once more")


async def test_a_launch_that_is_not_earned_is_refused_with_all_that_is_open(
    drafted: People, designer: Browser, site: Inside
) -> None:
    assert FORM not in (await designer.get("/campaigns/OTM-26-0001")).links
    page = await designer.get(FORM)
    assert "Nothing can be launched" in page.words
