from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.notifier.app import Settings, build_app
from tests.notifier.given.desk import Desk
from tests.support.clocks import NOON
from tests.support.inside import Corner, inside
from tests.support.smtp import PostOffice, post_office


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server of the test's own."""
    async with post_office() as office:
        yield office


@pytest.fixture
async def desk(tmp_path: Path, mongo_url: str, database: str, office: PostOffice) -> AsyncIterator[Desk]:
    """Notifier in this process, with the rulebook and the templates it ships with."""
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(NOON)
    async with inside(build_app(corner.settings(Settings)), corner) as notifier:
        yield Desk(notifier, office.port)
