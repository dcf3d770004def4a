"""Floor of the store: the ledger's own documents again, bare, in the same chunks, by the same driver."""

import time

from bench.plan import CAMPAIGN
from services.dispatcher.ledger.repository.ledger import COMMUNICATIONS
from shared.storage.store import Document, Indexes, Store


async def floor(mongo_url: str, database: str) -> float:
    """Documents a second, into a collection with the ledger's indexes."""
    store = Store(mongo_url, database, Indexes("floor", COMMUNICATIONS.models))
    await store.prepare()
    numbers = sorted(await store["communications"].distinct("chunk", {"campaign": CAMPAIGN}))
    chunks = [await _documents(store, number) for number in numbers]
    began = time.monotonic()
    for chunk in chunks:
        await store["floor"].insert_many(chunk, ordered=False)
    seconds = time.monotonic() - began
    store.close()
    return sum(map(len, chunks)) / seconds


async def _documents(store: Store, chunk: int) -> list[Document]:
    return [document async for document in store["communications"].find({"campaign": CAMPAIGN, "chunk": chunk})]
