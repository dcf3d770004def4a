"""A page of an audit trail costs the same however long the trail is: each of its questions is answered by an index, and
finds about a page, whatever its limit."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.storage.audit import chain, walking
from shared.storage.audit.chain import Chain, Fact
from shared.storage.audit.trail import AUDIT, CHAINS, MAIN, WRITTEN, MongoAuditTrail
from shared.storage.away import MotorClient
from shared.storage.store import Store
from shared.trail import BEFORE_THE_FIRST, Verified
from tests.support.index_use import uses

KEY = b"k" * 32
PAGE, RANGE = 5, 12
CHAIN_LENGTHS = (3, 61, 1, 1, 40, 17)
FACT = Fact("2026-09-07T12:00:00+00:00", "clerk", "read", {})
IDS = (("_id", 1),)


class Reads(CommandListener):
    """All questions of finds, with the collection of each."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] in (MAIN, WRITTEN):
            self.asked.append((event.command["find"], event.command["filter"]))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    async def most_found(self, store: Store) -> int:
        """Returns how many documents the question finds that finds most, for the embedded store reads all of them.
        Fails where no index narrows one."""
        most = 0
        for collection, query in self.asked:
            indexes = [tuple(index["key"]) for index in (await store[collection].index_information()).values()]
            assert any(use.fields for use in uses(query, IDS, indexes)), (collection, query)
            if isinstance(query["_id"], dict) and "$in" not in query["_id"]:
                own = [index for index in indexes if index[0][0] == "_id" and index != IDS]
                assert own, f"the embedded store reads no part of the index of ids: {query}"
                most = max(most, await store[collection].count_documents(query))
        return most


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    listener = Reads()
    client = partial(MotorClient, event_listeners=[listener])
    monkeypatch.setattr("shared.storage.store.MotorClient", client)
    monkeypatch.setattr(walking, "PAGE", PAGE)
    monkeypatch.setattr(chain, "ASKED", PAGE)
    return listener


async def looked_at(look: Callable[..., Awaitable[Verified]], **since: Any) -> int:
    """Returns how many entries there are, all whole, seen in ranges that go on from one another."""
    entries = 0
    while True:
        found = await look(**since, most=RANGE)
        assert found.broken is None
        entries += found.entries
        if found.ended:
            return entries
        since = {"after": found.after, "link": found.head}


@pytest.mark.parametrize("sealed_by", ["this version", "the version before"])
async def test_no_page_of_a_long_trail_costs_more_than_one_of_a_short_trail(
    mongo_url: str, database: str, reads: Reads, sealed_by: str
) -> None:
    store = Store(mongo_url, database, *AUDIT)
    await store.prepare()
    trail = MongoAuditTrail(store, KEY)
    for n, length in enumerate(CHAIN_LENGTHS):
        one = Chain(store[WRITTEN], KEY, f"{n}0000000-0000-4000-8000-000000000000")
        await trail._sealing.grows(one.name)
        for _ in range(length):
            await one.add([FACT])
            if length > PAGE:
                await trail.seal()
    await trail.seal()
    if sealed_by == "the version before":
        await store[CHAINS].delete_many({})
    reads.asked.clear()
    assert await looked_at(trail.verified, after=0, link=BEFORE_THE_FIRST) == 0
    assert await looked_at(trail.chains_verified, after="", link="") == sum(CHAIN_LENGTHS)
    assert sum([1 async for entry in trail.entries()]) == sum(CHAIN_LENGTHS)
    assert await reads.most_found(store) <= PAGE
    store.close()


async def test_an_entry_that_is_expected_nowhere_is_found_in_the_page_where_it_is(
    mongo_url: str, database: str, reads: Reads
) -> None:
    """Between two chains, beyond the end of one, and beyond all of them."""
    store = Store(mongo_url, database, *AUDIT)
    await store.prepare()
    trail = MongoAuditTrail(store, KEY)
    names = [f"{n}0000000-0000-4000-8000-000000000000" for n in range(3)]
    for name in names:
        await trail._sealing.grows(name)
        await Chain(store[WRITTEN], KEY, name).add([FACT] * 7)
    await trail.seal()
    row = await store[WRITTEN].find_one({"_id": f"{names[0]}:000000000001"}) or {}
    for strange in ("1a", f"{names[1]}:000000000100", f"{names[1]}:000000000009", f"{names[2]}:900000000000", "z", ""):
        await store[WRITTEN].insert_one(row | {"_id": strange})
        assert "was changed, taken out or put in" in str((await trail.chains_verified()).broken), strange
        await store[WRITTEN].delete_one({"_id": strange})
    assert await trail.broken() is None
    store.close()
