"""Counts of what went out by each channel in each minute and day, for all replicas together."""

from datetime import UTC, datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from shared.storage.store import Indexes, Store

KEPT_SECONDS = 7 * 24 * 3600  # seconds of real time, whatever the service's clock is set to
USAGE = Indexes("usage", (IndexModel([("begun_at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS),))


class MongoUsage:
    def __init__(self, store: Store) -> None:
        self._usage = store["usage"]

    async def take(self, name: str, count: int, at_most: int) -> bool:
        room = {"_id": name, "used": {"$lte": max(at_most - count, 0)}}
        for _ in range(2):
            try:
                begun = {"begun_at": datetime.now(UTC)}
                await self._usage.update_one(room, {"$inc": {"used": count}, "$setOnInsert": begun}, upsert=True)
            except DuplicateKeyError:  # it is there, and there is no room in it, or somebody has just made it
                continue
            return True
        return False

    async def give_back(self, name: str, count: int) -> None:
        await self._usage.update_one({"_id": name}, {"$inc": {"used": -count}})
