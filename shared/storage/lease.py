"""A lease: of all replicas of a service, one at a time does a job.

Leases are about liveness, never about correctness: for a moment after a pause two replicas may both believe that
they hold one, so everything done under a lease is safe to do twice.
"""

import time
from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from shared.identifiers import new_id
from shared.storage.common import LEASES
from shared.storage.store import Document, Store

LASTS = timedelta(seconds=5)


class Lease:
    """`name` is what is to be done by one; an instance is one claimant."""

    def __init__(self, store: Store, name: str) -> None:
        self._leases = store[LEASES.collection]
        self._time = store.time
        self._name = name
        self._owner = new_id()
        self._sure_until = float("-inf")

    async def held(self) -> bool:
        """Take or renew it if it is ours or free, by the store's time, whatever the service's clock is set to."""
        asked = time.monotonic()
        if asked < self._sure_until:
            return True
        now = await self._time.now()
        seen = await self._leases.find_one({"_id": self._name})
        if seen and seen["owner"] != self._owner and seen["until"] >= now:
            return False
        if not await self._take(seen, {"owner": self._owner, "until": now + LASTS}):
            return False
        self._sure_until = asked + (LASTS / 2).total_seconds()
        return True

    async def release(self) -> None:
        """Let another replica take over at once."""
        self._sure_until = float("-inf")
        await self._leases.delete_one({"_id": self._name, "owner": self._owner})

    async def _take(self, seen: Document | None, ours: Document) -> bool:
        """Returns whether it was still as it was `seen`, and is ours now."""
        if seen:
            return bool((await self._leases.update_one(seen, {"$set": ours})).matched_count)
        try:
            await self._leases.insert_one({"_id": self._name, **ours})
        except DuplicateKeyError:
            return False
        return True
