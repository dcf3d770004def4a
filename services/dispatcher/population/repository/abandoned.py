"""Loads that are under way, so that what an abandoned one leaves is found and swept away."""

from datetime import timedelta

from services.dispatcher.population.repository.blocks import BLOCKS
from shared.clock import Clock
from shared.errors import Unavailable
from shared.storage.store import Session, Store

LEFT_BY_LOADS = (BLOCKS, "suppression_blocks")
"""Collections where loads leave documents with their id as `load`."""
SILENT_FOR = timedelta(minutes=10)
"""Time without a new block after which a load is abandoned."""
LAST_WRITES_TAKE = timedelta(minutes=1)
"""A write of the load that was on its way when it was marked has long ended by then."""


class MongoLoading:
    """`clock` tells real time, whatever day it is for the rest of the service."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._loading = store["loading"]
        self._clock = clock

    async def begin(self, load: str, what: str) -> None:
        await self._loading.insert_one(
            {"_id": load, "what": what, "touched_at": self._clock.now(), "abandoned_at": None}
        )

    async def under_way(self, what: str) -> str | None:
        """Returns the load of something that is under way and was not given up; None where there is none."""
        found = await self._loading.find_one({"what": what, "abandoned_at": None}, {"_id": 1})
        return str(found["_id"]) if found else None

    async def touch(self, load: str) -> None:
        """Notes a sign of life, before each write of the load. Raises `Unavailable` if it was taken for abandoned."""
        alive = {"_id": load, "abandoned_at": None}
        if not (await self._loading.update_one(alive, {"$set": {"touched_at": self._clock.now()}})).matched_count:
            raise _swept()

    async def end(self, load: str, session: Session) -> None:
        """Ends the load within the caller's transaction: what it left is there to stay."""
        ended = await self._loading.delete_one({"_id": load, "abandoned_at": None}, session=session)
        if not ended.deleted_count:
            raise _swept()

    async def discard(self, load: str) -> None:
        """Deletes what the load left. A load that was finished after all, unknown to the caller, is left alone."""
        marked = await self._loading.update_one({"_id": load}, {"$set": {"abandoned_at": self._clock.now()}})
        if not marked.matched_count:
            return
        for collection in LEFT_BY_LOADS:
            await self._store[collection].delete_many({"load": load})
        await self._loading.delete_one({"_id": load})

    async def sweep(self) -> bool:
        """Marks loads that went silent, then, when no write of theirs can be under way, discard them.

        Returns whether one was discarded.
        """
        now = self._clock.now()
        silent = {"abandoned_at": None, "touched_at": {"$lt": now - SILENT_FOR}}
        await self._loading.update_many(silent, {"$set": {"abandoned_at": now}})
        marked = {"abandoned_at": {"$lt": now - LAST_WRITES_TAKE}}
        abandoned = [row["_id"] async for row in self._loading.find(marked, {"_id": 1})]
        for load in abandoned:
            await self.discard(load)
        return bool(abandoned)


def _swept() -> Unavailable:
    return Unavailable("nothing came for so long that the load was given up: send the file again")
