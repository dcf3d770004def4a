"""Floor of the store: what issuing must keep of each communication, bare, in the same chunks, by the same driver.

That is its entry in the ledger, and the last contact with its customer.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.plan import CAMPAIGN, MONDAY
from bench.stopwatch import Stopwatch
from bench.store_time import StoreTime
from services.dispatcher.ledger.repository.ledger import COMMUNICATIONS
from services.dispatcher.suppression.repository.last_contacted import LAST_CONTACTED
from shared.storage.store import Document, Indexes, Store

ENTRIES, CONTACTS = Indexes("floor", COMMUNICATIONS.models), Indexes("floor_contacts", LAST_CONTACTED.models)
INDEX_BYTES = 16
"""Length of a customer's blind index."""


class Floor:
    """Collections with the same indexes as the service's, that grow as those do."""

    def __init__(self, mongo_url: str, database: str) -> None:
        self._store = Store(mongo_url, database, ENTRIES, CONTACTS)
        self.watch = Stopwatch(StoreTime(mongo_url))

    async def prepare(self) -> None:
        await self._store.prepare()

    async def insert(self, chunks: Sequence[int]) -> None:
        """Inserts what the service keeps of these chunks, which it has issued. Reading that is not counted."""
        for entries in [await self._entries(number) for number in chunks]:
            contacts = [_contact() for entry in entries if "channel" in entry]
            with self.watch.running():
                await self._store[ENTRIES.collection].insert_many(entries, ordered=False)
                await self._store[CONTACTS.collection].insert_many(contacts, ordered=False)

    async def _entries(self, chunk: int) -> list[Document]:
        found = self._store["communications"].find({"campaign": CAMPAIGN, "chunk": chunk})
        return [document async for document in found]

    def close(self) -> None:
        self._store.close()


def _contact() -> Document:
    noted = {"campaign": CAMPAIGN, "day": MONDAY.date().isoformat(), "noted_at": datetime.now(UTC)}
    return {"_id": os.urandom(INDEX_BYTES), **noted}
