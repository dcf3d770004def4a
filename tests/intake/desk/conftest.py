from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.intake.given.letters import CALLED, register
from tests.support.inside import Corner, Inside, inside


@pytest.fixture
async def intake(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    """Intake with personas, that has heard of a campaign, its lines to take and its letters."""
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(CALLED)
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        await register(running)
        yield running
