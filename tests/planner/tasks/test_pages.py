"""The task list of a campaign: what is done, what waits, and for whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.planner.app import build_app
from services.planner.campaign import Campaign
from services.planner.decisions.approve import submit
from services.planner.decisions.draft import create
from services.planner.plan.plan import Plan
from services.planner.settings import Settings
from services.planner.tasks.tasks import Status, stages
from shared.wording import field_words
from tests.planner.given.people import People
from tests.planner.given.plans import CIRCUMSTANCES, DESIGNED, GATES, answered, by, draft, gated, plan, worded
from tests.support.browsing import HERE, Browser
from tests.support.inside import Corner, Inside, inside


def statuses(campaign: Campaign) -> dict[str, tuple[Status, str]]:
    return {
        task.name: (task.status, task.waits_for)
        for stage in stages(campaign, CIRCUMSTANCES, DESIGNED)
        for task in stage.tasks
    }


def test_a_draft_waits_for_its_designer() -> None:
    found = statuses(draft())
    assert found["Answer the 16 questions of the assessment"] == (Status.TO_DO, "designer")
    assert found["Agree the lines to take"] == (Status.TO_DO, "designer")
    assert found["Communications tone"] == (Status.LATER, "")
    assert found["Launch"] == (Status.LATER, "")


def test_a_submitted_campaign_waits_for_the_first_open_gate_alone() -> None:
    submitted = submit(worded(answered(draft())), by("designer"), CIRCUMSTANCES)
    found = statuses(gated(submitted, GATES[0]))
    waiting = {name for name, (status, _) in found.items() if status is Status.WAITS}
    assert found["Communications tone"] == (Status.DONE, "")
    assert waiting == {"Analyst sign off", "Load the population"}
    assert found["Analyst sign off"] == (Status.WAITS, "analyst sign off")


def test_a_new_campaign_says_of_each_part_what_it_waits_for() -> None:
    begun = create("OTM-26-0042", Plan(title="Rent", regime="self-assessment"), by("designer"))
    found = statuses(begun)
    assert found["Title, tax and directorate"] == (Status.DONE, "")
    assert found["Groups of customers"] == (Status.TO_DO, "designer")
    assert found["Letters"] == (Status.LATER, "arms that are written to")
    assert found["When contacts come"] == (Status.OPTIONAL, "")
    control = statuses(draft(arms=[arm for arm in plan()["arms"] if arm["code"] != "control"]))["The control group"]
    assert control == (Status.TO_DO, "designer")  # a trial needs one


def test_a_field_is_named_in_words_and_counted_from_one() -> None:
    assert field_words("arms.0.letters.1.body") == "arms, 1, letters, 2, body"
    assert field_words("gates.communications-tone.passed_by") == "gates, communications tone, passed by"


@pytest.fixture
async def planner(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(DESIGNED)
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


async def test_a_designer_finds_a_campaign_and_what_it_waits_for(planner: Inside) -> None:
    async with People(planner) as people, Browser(planner.service) as browser:
        await people.draft()
        page = await browser.sign_in("designer")
        assert page.path == "/campaigns"
        assert "/campaigns/OTM-26-0001" in page.links
        tasks = await browser.get("/campaigns/OTM-26-0001")
    assert "16 open points" in tasks.words
    assert "Waits for designer" in tasks.words


async def test_on_one_site_an_approved_campaign_leads_analysts_to_its_population(
    tmp_path: Path, mongo_url: str, database: str
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(DESIGNED)
    settings = corner.settings(Settings, site={"personas": True, "address": HERE})
    async with (
        inside(build_app(settings), corner) as running,
        People(running) as people,
        Browser(running.service) as analyst,
        Browser(running.service) as press,
    ):
        await people.draft()
        before = await analyst.sign_in("analyst", "/campaigns/OTM-26-0001")
        await people.answer()
        await people.word()
        await people.submit()
        await people.pass_gates()
        after = await analyst.get("/campaigns/OTM-26-0001")
        others = await press.sign_in("press-officer", "/campaigns/OTM-26-0001")
    population = "/populations/OTM-26-0001"
    assert [population in page.links for page in (before, after, others)] == [False, True, False]
