from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.intake.app import build_app
from services.intake.settings import Settings
from tests.intake.given.letters import CALLED, SendContact, register, send, send_in_a_stream
from tests.support.inside import Corner, Inside, inside


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    made = Corner.made(tmp_path, mongo_url, database)
    made.move_clock(CALLED)
    return made


@pytest.fixture
async def intake(corner: Corner) -> AsyncIterator[Inside]:
    """Intake in this process, that has heard of a campaign, its lines to take and two chunks of letters."""
    async with inside(build_app(corner.settings(Settings)), corner) as running:
        await register(running)
        yield running


@pytest.fixture(params=[send, send_in_a_stream], ids=["alone", "in-a-stream"])
def send_contact(request: pytest.FixtureRequest) -> SendContact:
    """Contacts come by themselves, or in a stream, and are kept in blocks then."""
    way: SendContact = request.param
    return way
