from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.support.browsing import Browser
from tests.support.inside import Corner, Inside, inside


@pytest.fixture
async def site(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    """A service with pages and personas."""
    corner = Corner.made(tmp_path, mongo_url, database)
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


@pytest.fixture
async def browser(site: Inside) -> AsyncIterator[Browser]:
    async with Browser(site.service) as browser:
        yield browser
