"""Names with digests, remembered for a month: whoever brings a name again with another digest is found."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel

from shared.running.coalescer import Coalescer
from shared.storage.inserting import insert_new

KEPT_SECONDS = 30 * 86_400
TOGETHER = 100
"""Names kept in one write."""
WITHIN_SECONDS = 0.002


class MongoHeard:
    """Store of names; those that come at the same moment are kept in one write."""

    INDEXES: ClassVar[tuple[IndexModel, ...]] = (IndexModel([("at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS),)

    def __init__(self, heard: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._heard = heard
        self._keeping = Coalescer(self._keep, TOGETHER, WITHIN_SECONDS)

    async def before(self, name: str, digest: str) -> bool:
        """Keeps the name with its digest; returns whether it was kept with another one before."""
        return await self._keeping.add((name, digest))

    async def _keep(self, items: Sequence[tuple[str, str]]) -> list[bool]:
        at = datetime.now(UTC)
        again = await insert_new(self._heard, [{"_id": name, "digest": digest, "at": at} for name, digest in items])
        names = [items[place][0] for place in again]
        known = {row["_id"]: row["digest"] async for row in self._heard.find({"_id": {"$in": names}})} if names else {}
        return [known.get(name, digest) != digest for name, digest in items]
