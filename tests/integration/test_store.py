"""A service's own database: all of a commit or nothing, and no write lost to another."""

import asyncio
from collections.abc import Sequence
from threading import Lock
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandListener

from shared.contracts import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.storage.finding import ABREAST, found_by
from shared.storage.numbering import next_number
from shared.storage.outbox import Outbox
from shared.storage.store import PING_SECONDS, SELECT_WITHIN, Session, Store
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
