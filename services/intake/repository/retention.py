"""What has been kept for long enough, in MongoDB."""

from datetime import datetime

from services.intake.repository.attachments import MongoAttachments
from services.intake.restriction import Restrictions
from services.intake.retention import RecordType
from shared.storage.store import Document, Store

NAMES = ("_id", "about", "customer", "given", "letter", "reference")
"""The fields by which a record may name a customer who is restricted."""


class MongoRetention:
    def __init__(self, store: Store, attachments: MongoAttachments, restrictions: Restrictions) -> None:
        self._store = store
        self._attachments = attachments
        self._restrictions = restrictions

    async def past(self, kind: RecordType, now: datetime, most: int) -> list[str]:
        restricted = await self._restrictions.keys()
        wanted: Document = {kind.since: {"$lt": kind.kept_from(now)}}
        wanted |= {field: {"$ne": value} for field, value in kind.unless.items()}
        if restricted:
            wanted |= {name: {"$nin": restricted} for name in NAMES}
        return [row["_id"] async for row in self._store[kind.collection].find(wanted, {"_id": 1}).limit(most)]

    async def delete(self, kind: RecordType, identifiers: list[str]) -> None:
        if kind.collection == "disclosures":
            for identifier in identifiers:
                await self._attachments.forget(identifier)
        await self._store[kind.collection].delete_many({"_id": {"$in": identifiers}})
