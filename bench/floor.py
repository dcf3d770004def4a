"""Floor of the store: what issuing must keep of each communication, bare, in the same chunks, by the same driver.

That is its entry in the ledger, and the last contact with its customer.
"""

import time

from bench.plan import CAMPAIGN
from services.dispatcher.ledger.repository.ledger import COMMUNICATIONS
from services.dispatcher.suppression.repository.last_contacted import LAST_CONTACTED
from shared.storage.store import Document, Indexes, Store

ENTRIES, CONTACTS = Indexes("floor", COMMUNICATIONS.models), Indexes("floor_contacts", LAST_CONTACTED.models)


async def floor(mongo_url: str, database: str) -> float:
    """Communications a second, into collections with the same indexes."""
    store = Store(mongo_url, database, ENTRIES, CONTACTS)
    await store.prepare()
    numbers = sorted(await store["communications"].distinct("chunk", {"campaign": CAMPAIGN}))
    chunks = [await _documents(store, number) for number in numbers]
    contacts = [document async for document in store[LAST_CONTACTED.collection].find({})]
    began = time.monotonic()
    for chunk in chunks:
        await store[ENTRIES.collection].insert_many(chunk, ordered=False)
        some, contacts = contacts[: len(chunk)], contacts[len(chunk) :]
        if some:
            await store[CONTACTS.collection].insert_many(some, ordered=False)
    seconds = time.monotonic() - began
    store.close()
    return sum(map(len, chunks)) / seconds


async def _documents(store: Store, chunk: int) -> list[Document]:
    return [document async for document in store["communications"].find({"campaign": CAMPAIGN, "chunk": chunk})]
