from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.notifier.given.desk import Desk, opened
from tests.support.clocks import NOON
from tests.support.inside import Corner
from tests.support.smtp import PostOffice, post_office


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server of the test's own."""
    async with post_office() as office:
        yield office


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    """A store of the test's own, and the keys and access that notifier's settings ask for."""
    made = Corner.made(tmp_path, mongo_url, database)
    made.move_clock(NOON)
    return made


@pytest.fixture
async def desk(corner: Corner, office: PostOffice) -> AsyncIterator[Desk]:
    """Notifier in this process, with the rulebook and the templates it ships with."""
    async with opened(corner, office.port) as desk:
        yield desk
