"""Counts of what went out by each channel in each minute and day, for all replicas together; and the last offer."""

from datetime import UTC, datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from shared.contracts import ChannelsOffered
from shared.events import events_after
from shared.storage.store import Indexes, Session, Store

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


class MongoOffer:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._offers = store["offers"]
        self._source = source

    async def say_if_new(self, offered: ChannelsOffered, digest: str) -> bool:
        said = await self._offers.find_one({"_id": "channels"})
        if said is not None and said["digest"] == digest:
            return False
        number = (said or {}).get("number", 0) + 1

        async def write(session: Session) -> None:
            kept = {"digest": digest, "number": number}
            await self._offers.replace_one({"_id": "channels"}, kept, upsert=True, session=session)

        cause = f"channels:{number}:{digest}"
        await self._store.commit(write, *events_after(cause, self._source, offered.offered_at, [offered]))
        return True
