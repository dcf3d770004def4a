"""Memory of a collection: read again when somebody counted a change, and not else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.storage import changes as module
from shared.storage.changes import Changes, Remembered
from shared.storage.store import Store


class Replica:
    """A process that remembers the things in the store, and counts how often it reads them all."""

    def __init__(self, store: Store, fresh: float = 0.0) -> None:
        self._things = store["things"]
        self.remembered = Remembered(Changes(store, "things"), self._read, fresh)
        self.reads = 0

    async def add(self, name: str) -> None:
        await self._things.insert_one({"_id": name})
        await self.remembered.changed()

    async def known(self) -> list[str]:
        return await self.remembered.get()

    async def _read(self) -> list[str]:
        self.reads += 1
        return sorted([row["_id"] async for row in self._things.find({})])


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[Store]:
    store = Store(mongo_url, database)
    yield store
    store.close()


async def test_a_change_of_one_replica_is_seen_by_another_which_else_reads_nothing(store: Store) -> None:
    one, other = Replica(store), Replica(store)
    await asyncio.gather(one.add("a"), other.add("b"))
    for _ in range(5):
        assert await other.known() == ["a", "b"]
    assert other.reads == 1
    await one.add("c")
    assert await other.known() == ["a", "b", "c"]
    assert other.reads == 2


async def test_a_replica_looks_at_once_after_a_change_of_its_own_and_else_not_before_its_time(store: Store) -> None:
    one, other = Replica(store, fresh=3_600), Replica(store, fresh=3_600)
    await one.add("a")
    assert await one.known() == await other.known() == ["a"]
    await one.add("b")
    assert (await one.known(), await other.known()) == (["a", "b"], ["a"])


async def test_a_change_whose_writer_died_before_it_counted_is_seen_in_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Replica(store)
    await one.add("a")
    assert await one.known() == ["a"]
    await store["things"].insert_one({"_id": "b"})
    assert await one.known() == ["a"]
    monkeypatch.setattr(module, "OLDEST_SECONDS", 0.0)
    assert await one.known() == ["a", "b"]
