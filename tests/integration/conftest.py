from collections.abc import AsyncIterator

import pytest

from shared.storage.store import Store
from tests.support.closing import close_aside


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[Store]:
    store = Store(mongo_url, database)
    await store.prepare()
    yield store
    close_aside(store)
