"""A lease: of all replicas of a service, one at a time does a job.

Leases are about liveness, never about correctness: for a moment after a pause two replicas may both believe that
they hold one, so everything done under a lease is safe to do twice.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import DuplicateKeyError

from shared.identifiers import new_id

LASTS = timedelta(seconds=5)


class Lease:
    """`name` is what is to be done by one; an instance is one claimant."""

    def __init__(self, leases: AsyncIOMotorCollection[dict[str, Any]], name: str) -> None:
        self._leases = leases
        self._name = name
        self._owner = new_id()
        self._sure_until = datetime.min.replace(tzinfo=UTC)

    async def held(self) -> bool:
        """Take or renew it if it is ours or free. Real time, whatever the service's clock is set to."""
        now = datetime.now(UTC)
        if now < self._sure_until:
            return True
        if await self._is_anothers(now):
            return False
        ours_or_free = {"_id": self._name, "$or": [{"owner": self._owner}, {"until": {"$lt": now}}]}
        try:
            await self._leases.update_one(
                ours_or_free, {"$set": {"owner": self._owner, "until": now + LASTS}}, upsert=True
            )
        except DuplicateKeyError:
            return False
        self._sure_until = now + LASTS / 2
        return True

    async def _is_anothers(self, now: datetime) -> bool:
        """Looks before trying, so that of many replicas all but one only read."""
        found = await self._leases.find_one({"_id": self._name})
        return found is not None and found["owner"] != self._owner and found["until"] >= now

    async def release(self) -> None:
        """Let another replica take over at once."""
        self._sure_until = datetime.min.replace(tzinfo=UTC)
        await self._leases.delete_one({"_id": self._name, "owner": self._owner})
