"""Databases of a store as BSON, document by document, and back."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import bson
from pymongo import IndexModel

from deploy.local.store.store import connect
from deploy.local.store.trouble import COLLECTION, DATABASE

TOGETHER = 500
"""Documents in one insert."""
LARGEST_INSERT_BYTES = 8 * 1024 * 1024
INDEX_OPTIONS = ("name", "unique", "sparse", "expireAfterSeconds", "partialFilterExpression", "collation")


class Dump:
    """Reads and writes whole databases at `url`."""

    def __init__(self, url: str) -> None:
        self._client = connect(url)

    async def collections(self, database: str) -> list[str]:
        """Returns the names of the collections, without the store's own and those of looks at it."""
        names = await self._client[database].list_collection_names()
        left_out = {COLLECTION} if database == DATABASE else set()
        return sorted(name for name in names if not name.startswith("system.") and name not in left_out)

    async def indexes(self, database: str, collection: str) -> list[dict[str, Any]]:
        """Returns the indexes that somebody made, as the store describes them."""
        found = await (await self._client[database][collection].list_indexes()).to_list()
        return [dict(index) for index in found if index["name"] != "_id_"]

    async def documents(self, database: str, collection: str) -> AsyncIterator[bytes]:
        """Yields every document as BSON, in the order of the ids."""
        async for document in self._client[database][collection].find().sort("_id", 1):
            yield bson.encode(document)

    async def make(self, database: str, collection: str, indexes: Sequence[dict[str, Any]]) -> None:
        """Makes a collection with these indexes."""
        await self._client[database].create_collection(collection)
        models = [
            IndexModel(list(index["key"].items()), **{key: index[key] for key in INDEX_OPTIONS if key in index})
            for index in indexes
        ]
        if models:
            await self._client[database][collection].create_indexes(models)

    async def insert(self, database: str, collection: str, documents: Iterable[bytes]) -> int:
        """Inserts documents as they are, some hundreds together; returns how many."""
        batch: list[dict[str, Any]] = []
        size = count = 0
        for document in documents:
            batch.append(bson.decode(document, bson.CodecOptions(tz_aware=True)))
            size, count = size + len(document), count + 1
            if len(batch) == TOGETHER or size > LARGEST_INSERT_BYTES:
                await self._client[database][collection].insert_many(batch)
                batch, size = [], 0
        if batch:
            await self._client[database][collection].insert_many(batch)
        return count

    async def close(self) -> None:
        await self._client.close()
