from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.planner.app import build_app
from services.planner.settings import Settings
from tests.planner.given.people import People
from tests.planner.given.plans import DESIGNED
from tests.support.browsing import Browser
from tests.support.inside import Corner, Inside, inside


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    """A day in the summer before the launch of the plan."""
    made = Corner.made(tmp_path, mongo_url, database)
    made.move_clock(DESIGNED)
    return made


@pytest.fixture
async def planner(corner: Corner) -> AsyncIterator[Inside]:
    """Starts planner in this process."""
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


@pytest.fixture
async def people(planner: Inside) -> AsyncIterator[People]:
    async with People(planner) as people:
        yield people


@pytest.fixture
async def site(corner: Corner) -> AsyncIterator[Inside]:
    """Starts planner with pages, where anybody may be anybody."""
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


@pytest.fixture
async def drafted(site: Inside) -> AsyncIterator[People]:
    """A draft at that site, of which nothing is answered yet."""
    async with People(site) as people:
        await people.draft()
        yield people


@pytest.fixture
async def designer(site: Inside) -> AsyncIterator[Browser]:
    async with Browser(site.service) as browser:
        await browser.sign_in("designer")
        yield browser
