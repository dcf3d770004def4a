from collections.abc import AsyncIterator
from functools import partial

import pytest

from shared.storage.away import MotorClient
from shared.storage.store import Store
from tests.support.closing import close_aside
from tests.support.writes import Writes


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Writes:
    listener = Writes()
    monkeypatch.setattr("shared.storage.store.MotorClient", partial(MotorClient, event_listeners=[listener]))
    return listener


@pytest.fixture
async def store(mongo_url: str, database: str, writes: Writes) -> AsyncIterator[Store]:
    store = Store(mongo_url, database)
    yield store
    close_aside(store)
