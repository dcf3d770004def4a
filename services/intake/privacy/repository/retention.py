"""Records in MongoDB that have been kept for long enough."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import IndexModel

from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.disclosures.repository.attachments import MongoAttachments
from services.intake.privacy.ports import RestrictionRepository
from shared.retention.policy import RecordType
from shared.storage.retention import MongoRetention
from shared.storage.store import Indexes, Session, Store

NAMES = ("_id", "about", "customer", "given", "letter", "reference")
"""The fields by which a record may name a customer who is restricted."""
FOUND_BY_AGE = tuple(
    Indexes(collection, (IndexModel(since),))
    for collection, since in (
        ("contacts", "recorded_at"), ("contact_history", "changed_at"), ("referrals", "raised_at"),
        ("disclosures", "recorded_at"), ("outcomes", "recorded_at"), ("letters", "issued_at"),
    )
)  # fmt: skip


class MongoRecords(MongoRetention):
    """Contacts of restricted customers are taken out of their blocks first; attachments go with their disclosure."""

    def __init__(
        self, store: Store, contacts: MongoContacts, attachments: MongoAttachments, restrictions: RestrictionRepository
    ) -> None:
        super().__init__(store, restrictions.keys, NAMES)
        self._contacts = contacts
        self._attachments = attachments
        self._restrictions = restrictions

    async def past(self, kind: RecordType, now: datetime, most: int) -> Mapping[str, int]:
        if kind.collection == "contacts" and (restricted := await self._restrictions.keys()):
            await self._contacts.take_apart_about(restricted, kind.kept_from(now))
        return await super().past(kind, now, most)

    async def delete(self, kind: RecordType, identifiers: Sequence[str]) -> None:
        if kind.collection != "disclosures":
            await super().delete(kind, identifiers)
            return

        async def write(session: Session) -> None:
            for identifier in identifiers:
                await self._attachments.forget(identifier, session)
            await self._store[kind.collection].delete_many({"_id": {"$in": list(identifiers)}}, session=session)

        await self._store.commit(write)
        for identifier in identifiers:
            await self._attachments.sweep(identifier)
