"""Restrictions in MongoDB: a document for each name that a restricted customer is known by."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.privacy.subject import Subject
from shared.running.coalescer import Coalescer
from shared.storage.finding import found_by
from shared.storage.inserting import insert_new
from shared.storage.store import Store

RESTRICTIONS = "restrictions"
COALESCE_SECONDS = 0.001  # seconds in which those who ask are asked for together


class MongoRestrictions:
    def __init__(self, store: Store) -> None:
        self._restrictions = store[RESTRICTIONS]
        self._asking: Coalescer[Sequence[str], set[str]] = Coalescer(self._among_together, within=COALESCE_SECONDS)

    async def restrict(self, subject: Subject, reason: str, by: str, at: datetime) -> None:
        rows = [{"_id": key, "reason": reason, "by": by, "at": at} for key in subject.keys]
        await insert_new(self._restrictions, rows)

    async def lift(self, subject: Subject) -> None:
        await self._restrictions.delete_many({"_id": {"$in": subject.keys}})

    async def among(self, keys: Sequence[str]) -> set[str]:
        return await self._asking.add(keys) if keys else set()

    async def keys(self) -> list[str]:
        return [row["_id"] async for row in self._restrictions.find({}, {"_id": 1})]

    async def _among_together(self, asked: Sequence[Sequence[str]]) -> Sequence[set[str]]:
        wanted = list({key for keys in asked for key in keys})
        found = {row["_id"] for row in await found_by(self._restrictions, "_id", wanted)}
        return [found.intersection(keys) for keys in asked]
