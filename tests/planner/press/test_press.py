"""The page of press officers: live before coming, and an embargo until it has passed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.local.demo import plan as demo
from services.planner.app import build_app
from services.planner.campaign import Campaign
from services.planner.decisions.brief import approve_lines, write_lines
from services.planner.lifecycle import State
from services.planner.lines_to_take.words import Words
from services.planner.press.press import press_entries
from services.planner.settings import Settings
from tests.planner.given.plans import DESIGNED, by, draft
from tests.support.browsing import Browser
from tests.support.inside import Corner, Inside, inside

EMBARGO = DESIGNED + timedelta(days=3)


def said(campaign: Campaign) -> Campaign:
    media = [{"body": "We wrote to **landlords**.", "embargo": EMBARGO.isoformat()}, {"body": "Anybody may ask us."}]
    words = Words.model_validate({"lines": demo.LINES, "media": media})
    return approve_lines(write_lines(campaign, words, by("designer")), 1, by("lines-editor"))


def in_state(reference: str, state: State) -> Campaign:
    return said(draft()).model_copy(update={"reference": reference, "state": state})


def test_live_campaigns_come_before_coming_ones_and_drafts_are_nobodys_news() -> None:
    campaigns = [in_state(f"OTM-26-000{n}", state) for n, state in enumerate(State)]
    found = [entry.state for entry in press_entries(campaigns, DESIGNED)]
    assert found == [State.LIVE, State.PAUSED, State.APPROVED, State.SUBMITTED]


def test_an_embargo_is_said_until_it_has_passed() -> None:
    campaigns = [in_state("OTM-26-0001", State.LIVE)]
    (before,), (after,) = press_entries(campaigns, DESIGNED), press_entries(campaigns, EMBARGO)
    assert [line.embargoed_until for line in before.lines] == [EMBARGO, None]
    assert [line.embargoed_until for line in after.lines] == [None, None]


@pytest.fixture
async def planner(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(DESIGNED)
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


async def test_a_press_officer_begins_at_the_page_and_others_are_not_let_in(planner: Inside) -> None:
    async with Browser(planner.service) as press, Browser(planner.service) as analyst:
        page = await press.sign_in("press-officer")
        assert (page.path, page.heading) == ("/press", "Press")
        assert "No campaign is live or coming" in page.words
        await analyst.sign_in("analyst")
        assert (await analyst.get("/press")).status == 403
