from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.notifier.given.post_room import PostRoom, post_room
from tests.support.receiver import Receiver, receiver
from tests.support.smtp import PostOffice


@pytest.fixture
async def far_end() -> AsyncIterator[Receiver]:
    async with receiver() as far_end:
        yield far_end


@pytest.fixture
async def room(
    tmp_path: Path, mongo_url: str, database: str, office: PostOffice, far_end: Receiver
) -> AsyncIterator[PostRoom]:
    async with post_room(tmp_path, mongo_url, database, office, far_end) as room:
        yield room
