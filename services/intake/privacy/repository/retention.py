"""Records in MongoDB that have been kept for long enough."""

from collections.abc import Mapping
from datetime import datetime

from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.disclosures.repository.attachments import MongoAttachments
from services.intake.privacy.ports import RestrictionRepository
from services.intake.privacy.retention_policy import RecordType
from shared.storage.store import Document, Session, Store

NAMES = ("_id", "about", "customer", "given", "letter", "reference")
"""The fields by which a record may name a customer who is restricted."""


class MongoRetention:
    def __init__(
        self, store: Store, contacts: MongoContacts, attachments: MongoAttachments, restrictions: RestrictionRepository
    ) -> None:
        self._store = store
        self._contacts = contacts
        self._attachments = attachments
        self._restrictions = restrictions

    async def past(self, kind: RecordType, now: datetime, most: int) -> Mapping[str, int]:
        restricted = await self._restrictions.keys()
        wanted: Document = {kind.since: {"$lt": kind.kept_from(now)}}
        wanted |= {field: {"$ne": value} for field, value in kind.unless.items()}
        if restricted:
            if kind.collection == "contacts":
                await self._contacts.take_apart_about(restricted, kind.kept_from(now))
            wanted |= {name: {"$nin": restricted} for name in NAMES}
        found = self._store[kind.collection].find(wanted, {"_id": 1, "block": 1}).limit(most)
        return {row["_id"]: row.get("block", 1) async for row in found}

    async def delete(self, kind: RecordType, identifiers: list[str]) -> None:
        theirs = identifiers if kind.collection == "disclosures" else []

        async def write(session: Session) -> None:
            for identifier in theirs:
                await self._attachments.forget(identifier, session)
            await self._store[kind.collection].delete_many({"_id": {"$in": identifiers}}, session=session)

        await self._store.commit(write)
        for identifier in theirs:
            await self._attachments.sweep(identifier)
