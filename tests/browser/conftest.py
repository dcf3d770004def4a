"""A real browser: Debian's Chromium, driven by Playwright. These tests are run by `make test-browser`."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from services.dispatcher.app import NAME as DISPATCHER
from services.dispatcher.app import build_app as build_dispatcher
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.settings import Settings as DispatcherSettings
from services.intake.app import build_app as build_intake
from services.intake.settings import Settings as IntakeSettings
from services.planner.app import build_app as build_planner
from services.planner.settings import Settings as PlannerSettings
from shared.contracts import CampaignApproved
from tests.browser.notifying import notifying
from tests.intake.given.letters import CALLED, register
from tests.planner.given.people import People
from tests.planner.given.plans import DESIGNED
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("these tests need Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
async def context(chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[BrowserContext]:
    """A person's window; nothing but this machine can be reached from it."""
    context = await chromium.new_context(java_script_enabled=request.param)
    yield context
    await context.close()


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context()
    page = await context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert [each for each in wrong if "status of 4" not in each] == [], "scripts, or the policy, complain"
    await context.close()


@asynccontextmanager
async def served(service: Inside) -> AsyncIterator[str]:
    async with service.listening() as url:
        yield url


@pytest.fixture
async def notifier(tmp_path: Path, mongo_url: str, database: str, amqp_url: str) -> AsyncIterator[str]:
    """Notifier's address, on a broker where nobody consumes, with one dead letter."""
    corner = Corner.made(tmp_path / "notifier", mongo_url, database)
    async with notifying(corner, amqp_url, {"personas": True}) as running, running.listening() as url:
        yield url


@pytest.fixture
async def intake(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[tuple[Inside, str]]:
    """Intake with letters, and its address."""
    corner = Corner.made(tmp_path / "intake", mongo_url, database)
    corner.move_clock(CALLED)
    async with AsyncExitStack() as stack:
        service = build_intake(corner.settings(IntakeSettings, site={"personas": True}))
        running = await stack.enter_async_context(inside(service, corner))
        await register(running)
        yield running, await stack.enter_async_context(running.listening())


@pytest.fixture
async def planner(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[tuple[People, str]]:
    """Planner with a campaign that waits for its first gate, and its address."""
    corner = Corner.made(tmp_path / "planner", mongo_url, f"{database}_p")
    corner.move_clock(DESIGNED)
    async with AsyncExitStack() as stack:
        service = build_planner(corner.settings(PlannerSettings, site={"personas": True}))
        running = await stack.enter_async_context(inside(service, corner))
        people = await stack.enter_async_context(People(running))
        await people.draft()
        await people.answer()
        await people.word()
        await people.submit()
        yield people, await stack.enter_async_context(running.listening())


@pytest.fixture
async def dispatcher(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[str]:
    """The address of a dispatcher with an approved campaign that waits for its population."""
    corner = Corner.made(tmp_path / "dispatcher", mongo_url, f"{database}_d")
    folders = {"print_folder": tmp_path / "letters", "spool_folder": tmp_path / "spool"}
    async with AsyncExitStack() as stack:
        service = build_dispatcher(corner.settings(DispatcherSettings, site={"personas": True}, **folders))
        running = await stack.enter_async_context(inside(service, corner))
        await MongoCampaigns(service.store, DISPATCHER).approve(sample(CampaignApproved, respond_by="2027-10-29"))
        yield await stack.enter_async_context(running.listening())
