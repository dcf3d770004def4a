"""Migrations: one runner at a time, from where the one before it was, and services that only look."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import ASCENDING, IndexModel

from shared.errors import Conflict, Unavailable
from shared.storage.migrations.runner import OtherRunner
from shared.storage.migrations.structure import RECORDS
from shared.storage.migrations.turn import Turn, TurnLost
from shared.storage.schema import DataMigration, Schema
from shared.storage.store import Indexes, NotMigrated, Store

BY_SIZE = IndexModel([("size", ASCENDING)])
THINGS = Indexes("things", (BY_SIZE,))
HOWEVER_MANY = 10


class Killed(Exception):
    """The end of a runner's process."""


class Doubling:
    """Migration that doubles `size`, in batches of three, and may be killed before a document."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.killed_before: int | None = None

    def change(self, row: dict[str, Any]) -> dict[str, Any] | None:
        if row["_id"] == self.killed_before:
            raise Killed
        self.asked.append(row["_id"])
        return {"$set": {"doubled": 2 * row["size"]}} if "doubled" not in row else None

    def schema(self) -> Schema:
        migration = DataMigration("0001-doubled", "things", ("size", "doubled"), self.change, together=3)
        return Schema("unused", (THINGS, Indexes("others")), (migration,))


@pytest.fixture
def doubling() -> Doubling:
    return Doubling()


@pytest.fixture
async def store(mongo_url: str, database: str, doubling: Doubling) -> AsyncIterator[Store]:
    """A database with ten things that a version before has written."""
    store = Store.of(mongo_url, doubling.schema(), database, patient=True)
    await store["things"].insert_many([{"_id": n, "size": n} for n in range(HOWEVER_MANY)])
    yield store
    store.close()


async def doubled(store: Store) -> list[int]:
    return [row["_id"] async for row in store["things"].find({"doubled": {"$exists": True}}).sort("_id", 1)]


async def test_a_service_names_what_is_missing_and_is_well_once_it_is_migrated(store: Store) -> None:
    with pytest.raises(Unavailable):
        await store.ping()
    with pytest.raises(NotMigrated) as found:
        await store.verify()
    for words in ("no index size_1 of things", "migration 0001-doubled", "no collection", "otm migrate run"):
        assert words in found.value.message
    assert await store["things"].index_information() == {"_id_": {"v": 2, "key": [("_id", 1)]}}, "a look makes nothing"
    for _ in range(2):
        await store.migrator.run()
    await store.verify()
    await store.ping()
    assert await doubled(store) == list(range(HOWEVER_MANY))


async def test_a_runner_that_was_killed_is_followed_by_one_that_goes_on_from_there(
    store: Store, doubling: Doubling
) -> None:
    doubling.killed_before = 7
    with pytest.raises(Killed):
        await store.migrator.run()
    assert await doubled(store) == [0, 1, 2, 3, 4, 5], "whole batches alone"
    assert [(each.done, each.changed) for each in (await store.migrator.pending()).data] == [(False, 6)]
    doubling.killed_before, doubling.asked = None, []
    await store.migrator.run()
    assert doubling.asked == [6, 7, 8, 9]
    assert [(each.done, each.looked_at) for each in (await store.migrator.pending()).data] == [(True, HOWEVER_MANY)]


async def test_what_the_version_before_has_written_since_is_migrated_again(store: Store, doubling: Doubling) -> None:
    await store.migrator.run()
    await store["things"].insert_one({"_id": -1, "size": 4})
    await store.migrator.again("0001-doubled")
    await store.migrator.run()
    assert len(await doubled(store)) == HOWEVER_MANY + 1


async def test_a_document_that_changes_meanwhile_is_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read, pages = store.migrator._data._page, 0

    async def then_somebody_writes(migration: DataMigration, after: Any) -> list[dict[str, Any]]:
        nonlocal pages
        rows, pages = await read(migration, after), pages + 1
        if pages == 2:
            await store["things"].update_one({"_id": 4}, {"$set": {"size": 100}})
        return rows

    monkeypatch.setattr(store.migrator._data, "_page", then_somebody_writes)
    await store.migrator.run()
    assert await store["things"].find_one({"_id": 4}) == {"_id": 4, "size": 100, "doubled": 200}
    assert await doubled(store) == list(range(HOWEVER_MANY))


async def test_a_second_runner_is_refused_or_waits(store: Store, mongo_url: str, database: str) -> None:
    first = Turn(store.database)
    assert await first.take() is None
    with pytest.raises(OtherRunner):
        await store.migrator.run(wait=False)
    said: list[str] = []
    waiting = asyncio.create_task(store.migrator.run(said.append))
    while not said:
        await asyncio.sleep(0.01)
    assert said[0].startswith("waiting for ")
    assert await doubled(store) == []
    await first.release()
    await waiting
    assert await doubled(store) == list(range(HOWEVER_MANY))


async def test_a_runner_that_was_taken_for_dead_writes_nothing_more(store: Store) -> None:
    """It wakes after its turn has ended and another has begun, and is stopped by the epoch in its transaction."""
    slow, quick = Turn(store.database), Turn(store.database)
    assert await slow.take() is None
    await store.database[RECORDS].update_one({"_id": "turn"}, {"$set": {"until": datetime(2026, 1, 1, tzinfo=UTC)}})
    assert await quick.take() is None
    with pytest.raises(TurnLost):
        await store.migrator._data.run(slow, print)
    assert await doubled(store) == []
    await store.migrator._data.run(quick, print)
    assert await doubled(store) == list(range(HOWEVER_MANY))


@pytest.mark.parametrize("there", [{"unique": True}, {"expireAfterSeconds": 60}])
async def test_an_index_with_other_options_is_named_and_left_to_a_person(store: Store, there: dict[str, Any]) -> None:
    await store["things"].create_index([("size", ASCENDING)], **there)
    with pytest.raises(NotMigrated, match="another index size_1 of things"):
        await store.verify()
    with pytest.raises(Conflict, match="things"):
        await store.migrator.run()


async def test_an_index_whose_build_has_not_ended_does_not_count(store: Store) -> None:
    """The store lists it from the beginning of its build."""
    await store.migrator.run()
    await store.database[RECORDS].delete_one({"_id": "index things.size_1"})
    with pytest.raises(NotMigrated, match="no whole index size_1 of things"):
        await store.verify()


async def test_no_collection_comes_into_being_that_the_schema_does_not_name(store: Store) -> None:
    with pytest.raises(KeyError, match="strange"):
        store["strange"]
