from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.intake.given.letters import CALLED
from tests.support.inside import Corner, Inside, inside


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    made = Corner.made(tmp_path, mongo_url, database)
    made.move_clock(CALLED)
    return made


@pytest.fixture
async def intake(corner: Corner) -> AsyncIterator[Inside]:
    async with inside(build_app(corner.settings(Settings)), corner) as running:
        yield running
