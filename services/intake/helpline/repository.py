"""Capacities in MongoDB: the newest version of each team."""

from collections.abc import Sequence

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from shared.contracts import CapacityChanged
from shared.storage.store import Store


class MongoHeardCapacities:
    def __init__(self, store: Store) -> None:
        self._capacities = store["capacities"]

    async def keep(self, changed: CapacityChanged) -> None:
        row = changed.model_dump(mode="json")
        try:
            await self._capacities.insert_one({"_id": changed.team, **row})
        except DuplicateKeyError:
            older = {"_id": changed.team, "version": {"$lt": changed.version}}
            await self._capacities.update_one(older, {"$set": row})

    async def all(self) -> Sequence[CapacityChanged]:
        return [CapacityChanged.model_validate(row) async for row in self._capacities.find({}).sort("_id", ASCENDING)]
