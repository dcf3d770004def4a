"""Inserts leave what is there already as it is, and write many documents in small statements."""

from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import BulkWriteError
from pymongo.monitoring import CommandListener

from shared.storage.inserting import insert_new
from shared.storage.statements import MOST_AT_ONCE
from shared.storage.store import Store


class InsertSizes(CommandListener):
    """Keeps how many documents each insert brought."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def started(self, event: Any) -> None:
        if event.command_name == "insert":
            self.sizes.append(len(event.command["documents"]))

    def succeeded(self, event: Any) -> None:
        """Does nothing: the start of a statement says all."""

    failed = succeeded


async def test_what_is_there_already_stays_as_it_is_and_is_pointed_out(store: Store) -> None:
    things = store["things"]
    assert await insert_new(things, [{"_id": n, "by": "first"} for n in (2, 4)]) == []
    assert await insert_new(things, [{"_id": n, "by": "second"} for n in (1, 2, 3, 4, 3)]) == [1, 3, 4]
    kept = {row["_id"]: row["by"] async for row in things.find()}
    assert kept == {1: "second", 2: "first", 3: "second", 4: "first"}
    assert await insert_new(things, []) == []


async def test_only_a_key_that_is_there_already_is_forgiven(store: Store) -> None:
    strict = await store.database.create_collection("strict", validator={"name": {"$type": "string"}})
    with pytest.raises(BulkWriteError):
        await insert_new(strict, [{"_id": 1, "name": "a"}, {"_id": 1, "name": "b"}, {"_id": 2, "name": 3}])


async def test_a_transaction_writes_many_documents_in_small_statements_and_keeps_all_or_none(
    mongo_url: str, database: str
) -> None:
    """A large statement of one transaction holds up the statements of all others, on the embedded store."""
    sizes = InsertSizes()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, event_listeners=[sizes])
    things, rows = client[database]["things"], [{"_id": n} for n in range(2 * MOST_AT_ONCE + 20)]
    async with await client.start_session() as session:
        session.start_transaction()
        assert await insert_new(things, rows, session) == []
        await session.abort_transaction()
        assert await things.count_documents({}) == 0
        async with session.start_transaction():
            assert await insert_new(things, rows[:-20], session) == []
    assert max(sizes.sizes) == MOST_AT_ONCE
    assert await insert_new(things, rows[::-1]) == list(range(20, len(rows)))
    assert await things.count_documents({}) == len(rows)
    assert sizes.sizes[-1] == len(rows)  # outside of a transaction nobody waits for it
    client.close()
