"""What the store can take: the ledger's own documents again, bare, in the same chunks, by the same driver."""

import time
from itertools import groupby

from bench.plan import CAMPAIGN
from shared.storage.store import Indexes, Store
from services.dispatcher.repository.communications import COMMUNICATIONS


async def floor(mongo_url: str, database: str) -> float:
    """Documents a second, into a collection with the ledger's indexes."""
    store = Store(mongo_url, database, Indexes("floor", COMMUNICATIONS.models))
    await store["floor"].drop()
    await store.prepare()
    found = [document async for document in store["communications"].find({"campaign": CAMPAIGN})]
    found.sort(key=lambda document: document["chunk"])
    chunks = [list(documents) for _, documents in groupby(found, key=lambda document: document["chunk"])]
    began = time.monotonic()
    for chunk in chunks:
        await store["floor"].insert_many(chunk, ordered=False)
    seconds = time.monotonic() - began
    await store["floor"].drop()
    store.close()
    return len(found) / seconds
