"""Migration 0001 on seven loads that the version before it kept, of invented customers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import json_util

from services.dispatcher.population.repository.instants import LOADS_BY_INSTANT, loaded_at
from services.dispatcher.schema import SCHEMA
from shared.storage.schema import DataMigration
from shared.storage.store import Document, Store

KEPT = Path(__file__).with_name("before_0001.json")
TOGETHER = 2


class Killed(Exception):
    """The end of a runner's process."""


def dying_after(documents: int) -> DataMigration:
    left = documents

    def change(load: Document) -> Document | None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return LOADS_BY_INSTANT.change(load)

    return replace(LOADS_BY_INSTANT, change=change, together=TOGETHER)


def store_of(mongo_url: str, database: str, migration: DataMigration) -> Store:
    return Store.of(mongo_url, replace(SCHEMA, migrations=(migration,)), database)


async def texts(store: Store) -> int:
    return await store["loads"].count_documents({"loaded_at": {"$type": "string"}})


async def test_loads_of_the_version_before_are_migrated_in_two_runs_and_mean_the_same(
    mongo_url: str, database: str
) -> None:
    before: list[dict[str, Any]] = json_util.loads(KEPT.read_text())["loads"]
    store = store_of(mongo_url, database, dying_after(5))
    await store["loads"].insert_many(before)
    with pytest.raises(Killed):
        await store.migrator.run()
    assert await texts(store) == len(before) - 4, "two whole batches of two"
    store.close()
    store = store_of(mongo_url, database, dying_after(3))  # enough for what is left, and for nothing twice
    await store.migrator.run()
    kept = {row["_id"]: row async for row in store["loads"].find({})}
    assert await texts(store) == 0
    for load in before:
        late = loaded_at(load) - kept[load["_id"]].pop("loaded_at")
        assert timedelta(0) <= late < timedelta(milliseconds=1), "what the store keeps of an instant"
        assert kept[load["_id"]] == {name: value for name, value in load.items() if name != "loaded_at"}
    early = [row["_id"] async for row in store["loads"].find({"loaded_at": {"$lt": datetime(2027, 1, 1, tzinfo=UTC)}})]
    assert len(early) == len(before), "found by their instant"
    store.close()
