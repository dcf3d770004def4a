"""Floor of the store: what issuing must keep of each communication, bare, in the same chunks, by the same driver.

That is its entry in the ledger, and the last contact with its customer.
"""

import time
from dataclasses import dataclass

from bench.plan import CAMPAIGN
from bench.store_time import StoreTime
from services.dispatcher.ledger.repository.ledger import COMMUNICATIONS
from services.dispatcher.suppression.repository.last_contacted import LAST_CONTACTED
from shared.storage.store import Document, Indexes, Store

ENTRIES, CONTACTS = Indexes("floor", COMMUNICATIONS.models), Indexes("floor_contacts", LAST_CONTACTED.models)


@dataclass(frozen=True, slots=True)
class Floor:
    """Communications a second, and seconds of the store's processor time for all of them."""

    per_second: float
    store_seconds: float


async def floor(mongo_url: str, database: str) -> Floor:
    """Into collections with the same indexes."""
    store = Store(mongo_url, database, ENTRIES, CONTACTS)
    await store.prepare()
    numbers = sorted(await store["communications"].distinct("chunk", {"campaign": CAMPAIGN}))
    chunks = [await _documents(store, number) for number in numbers]
    contacts = [document async for document in store[LAST_CONTACTED.collection].find({})]
    store_time = StoreTime(mongo_url)
    began, store_began = time.monotonic(), store_time.now()
    for chunk in chunks:
        await store[ENTRIES.collection].insert_many(chunk, ordered=False)
        some, contacts = contacts[: len(chunk)], contacts[len(chunk) :]
        if some:
            await store[CONTACTS.collection].insert_many(some, ordered=False)
    seconds, store_seconds = time.monotonic() - began, store_time.now() - store_began
    store.close()
    return Floor(sum(map(len, chunks)) / seconds, store_seconds)


async def _documents(store: Store, chunk: int) -> list[Document]:
    return [document async for document in store["communications"].find({"campaign": CAMPAIGN, "chunk": chunk})]
