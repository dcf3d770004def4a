"""A service's own database: all of a commit or nothing, and no write lost to another."""

import asyncio
from collections.abc import Sequence
from threading import Lock
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import BulkWriteError
from pymongo.monitoring import CommandListener

from shared.contracts import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.storage.finding import ABREAST, found_by
from shared.storage.inserting import insert_new
from shared.storage.numbering import next_number
from shared.storage.outbox import Outbox
from shared.storage.statements import MOST_AT_ONCE
from shared.storage.store import PING_SECONDS, SELECT_WITHIN, Session, Store
from shared.storage.upserting import keep_newest
from tests.support.probe import probe


class OnTheirWay(CommandListener):
    """Counts the queries that are not answered yet, `most` of them at a time."""

    def __init__(self) -> None:
        self._now, self.most = 0, 0
        self._lock = Lock()

    def _count(self, event: Any, by: int) -> None:
        with self._lock:
            self._now += by * (event.command_name == "find")
            self.most = max(self.most, self._now)

    def started(self, event: Any) -> None:
        self._count(event, 1)

    def succeeded(self, event: Any) -> None:
        self._count(event, -1)

    def failed(self, event: Any) -> None:
        self._count(event, -1)


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


async def test_a_write_that_fails_leaves_neither_its_state_nor_its_events(store: Store) -> None:
    async def half_a_write(session: Session) -> None:
        await store["things"].insert_one({"_id": 1}, session=session)
        raise ValueError("and then it died")

    async def whole_write(session: Session) -> str:
        await store["things"].insert_one({"_id": 2}, session=session)
        return "kept"

    with pytest.raises(ValueError, match="died"):
        await store.commit(half_a_write, probe(1))
    event = probe(2)
    assert await store.commit(whole_write, event) == "kept"
    assert [row["_id"] async for row in store["things"].find()] == [2]
    (row,) = await store.outbox.oldest(10)
    assert [envelope.id for envelope in row.envelopes] == [event.id]


async def test_a_commit_that_fails_after_the_events_were_stored_leaves_nothing(store: Store) -> None:
    class Dying(Outbox):
        async def add(self, events: Sequence[Event[Contract]], session: Session) -> None:
            await super().add(events, session)
            raise SystemError("killed")

    async def write(session: Session) -> None:
        await store["things"].insert_one({"_id": 1}, session=session)

    store.outbox = Dying(store["outbox"])
    with pytest.raises(SystemError):
        await store.commit(write, probe(1))
    assert await store["things"].count_documents({}) == 0
    assert await store.outbox.depth() == 0


async def test_writes_that_get_in_each_others_way_are_all_done_one_after_the_other(store: Store) -> None:
    await store["counters"].insert_one({"_id": "letters", "last": 0})

    async def count_one_more(session: Session) -> int:
        found = await store["counters"].find_one({"_id": "letters"}, session=session)
        assert found is not None
        await asyncio.sleep(0.01)  # so that the others read the same
        await store["counters"].update_one({"_id": "letters"}, {"$set": {"last": found["last"] + 1}}, session=session)
        return int(found["last"]) + 1

    given = await asyncio.gather(*(store.commit(count_one_more, probe(n)) for n in range(8)))
    assert sorted(given) == list(range(1, 9))
    numbers = [row.envelopes[0].body for row in await store.outbox.oldest(20)]
    assert len(set(numbers)) == len(numbers) == 8


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


async def test_the_newest_stays_though_something_older_came_into_being_just_now(store: Store) -> None:
    """Between an upsert's look and its insert, which MongoDB answers with a duplicate key."""
    things, tries = store["things"], 0

    async def newer() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await things.insert_one({"_id": 1, "version": 1})  # another replica
            await things.insert_one({"_id": 1, "version": 2})
        await things.update_one({"_id": 1, "version": {"$lt": 2}}, {"$set": {"version": 2}}, upsert=True)

    await keep_newest(newer)
    assert (tries, await things.find_one({"_id": 1})) == (2, {"_id": 1, "version": 2})


async def test_what_is_as_new_or_newer_stays_as_it_is(store: Store) -> None:
    asked = 0

    async def older() -> None:
        nonlocal asked
        asked += 1
        await store["things"].update_one({"_id": 1, "version": {"$lt": 2}}, {"$set": {"version": 2}}, upsert=True)

    await store["things"].insert_one({"_id": 1, "version": 2, "by": "somebody"})
    await keep_newest(older)
    assert (asked, await store["things"].find_one({"_id": 1})) == (2, {"_id": 1, "version": 2, "by": "somebody"})


def test_a_store_is_looked_for_longer_than_an_election_takes_and_asked_how_it_is_for_less() -> None:
    election_seconds = 12
    assert PING_SECONDS < election_seconds < SELECT_WITHIN / 1_000


async def test_no_number_is_given_twice_however_many_ask_at_once(store: Store) -> None:
    for name in ("campaigns-26", "campaigns-27", "campaigns-28"):
        given = await asyncio.gather(*(next_number(store["counters"], name) for _ in range(8)))
        assert len(set(given)) == 8
        assert await next_number(store["counters"], name) > max(given)


async def test_a_store_is_not_well_before_its_indexes_are_made(mongo_url: str, database: str) -> None:
    store = Store(mongo_url, database)
    with pytest.raises(Unavailable):
        await store.ping()
    for _ in range(2):  # by every replica, at every start
        await store.prepare()
    await store.ping()
    assert "order_1" in await store["outbox"].index_information()
    store.close()


async def test_many_keys_are_asked_for_a_few_queries_at_a_time(mongo_url: str, database: str) -> None:
    on_their_way = OnTheirWay()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, event_listeners=[on_their_way])
    rows, keys = client[database]["rows"], [f"{number:03d}" for number in range(500)]
    await rows.insert_many([{"_id": key} for key in keys])
    assert sorted(row["_id"] for row in await found_by(rows, "_id", [*keys, "none"])) == keys
    assert on_their_way.most <= ABREAST
    client.close()


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
