"""The whole site in this process: all services with pages behind nginx, with something on every page."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from deploy.local.stack.home import Home
from deploy.local.stack.site import OneSite, nginx
from services.intake.app import build_app as build_intake
from services.intake.settings import Settings as IntakeSettings
from services.planner.app import build_app as build_planner
from services.planner.settings import Settings as PlannerSettings
from tests.intake.given.letters import CALLED, register
from tests.planner.given.people import People
from tests.planner.given.plans import DESIGNED
from tests.support.inside import Corner, inside


@asynccontextmanager
async def whole_site(folder: Path, mongo_url: str, database: str) -> AsyncIterator[str]:
    """Yields the address. Planner has a campaign that waits for its first gate, and a draft; intake has letters."""
    program = nginx()
    assert program, "the pages of all services are one site with nginx: apt-get install nginx-light"
    home = Home(folder / "site")
    home.prepare()
    site = OneSite(home, program)
    settings = {"personas": True, "address": site.url}
    planning = Corner.made(folder / "planner", mongo_url, f"{database}_p")
    taking = Corner.made(folder / "intake", mongo_url, database)
    for kept in ("keyring", "access", "credentials"):
        shutil.copy(getattr(planning.home, kept), getattr(taking.home, kept))
    planning.move_clock(DESIGNED)
    taking.move_clock(CALLED)
    async with AsyncExitStack() as stack:
        planner = build_planner(planning.settings(PlannerSettings, site=settings))
        intake = build_intake(taking.settings(IntakeSettings, site=settings))
        plans = await stack.enter_async_context(inside(planner, planning))
        calls = await stack.enter_async_context(inside(intake, taking))
        people = await stack.enter_async_context(People(plans))
        await people.draft()
        await people.answer()
        await people.word()
        await people.submit()
        await register(calls)
        urls = {
            "planner": await stack.enter_async_context(plans.listening()),
            "intake": await stack.enter_async_context(calls.listening()),
        }
        site.lead_to(urls)
        await stack.enter_async_context(site)
        yield site.url
