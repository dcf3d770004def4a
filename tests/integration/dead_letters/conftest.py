from collections.abc import AsyncIterator

import pytest

from shared.storage.store import Store
from tests.support.ailing import Ailing
from tests.support.closing import close_aside


@pytest.fixture
async def ailing(mongo_url: str, database: str) -> AsyncIterator[Ailing]:
    store = Store(mongo_url, database)
    yield Ailing(store)
    close_aside(store)
