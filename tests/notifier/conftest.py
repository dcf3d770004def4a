from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.notifier import app
from services.notifier.rulebook.rulebook import Rulebook, load_rulebook
from tests.notifier.given.desk import Desk, opened
from tests.support.clocks import NOON
from tests.support.inside import Corner
from tests.support.smtp import PostOffice, post_office


@pytest.fixture(scope="session", autouse=True)
def _rules_checked_once() -> Iterator[None]:
    """The files that ship are read and checked once for all tests, which takes a quarter of a second each time."""
    checked: dict[object, Rulebook] = {}

    def load(*of: Any) -> Rulebook:
        key = (tuple(file.read_bytes() for file in of[:2]), *map(id, of[2:4]), of[4])
        if key not in checked:
            checked[key] = load_rulebook(*of)
        return checked[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "load_rulebook", load)
        yield


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
