"""Changes of contacts in MongoDB, and what the contacts were before."""

from collections.abc import Sequence

from pymongo import ASCENDING, IndexModel

from services.intake.contacts.contact import Contact
from services.intake.contacts.history import Earlier
from services.intake.contacts.recogniser import RecognisedContact
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.contacts.repository.rows import ContactRows, receipt_of
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.contacts.volumes import moved
from services.intake.late_arrivals.repository.assignments import MongoAssignments
from shared.contracts import Contract
from shared.errors import Stale
from shared.events import events_after
from shared.protection import Cipher
from shared.storage.store import Document, Indexes, Session, Store

HISTORY = Indexes(
    "contact_history",
    (IndexModel([("contact", ASCENDING), ("version", ASCENDING)], unique=True), IndexModel("about")),
)


class MongoCorrections:
    def __init__(
        self,
        store: Store,
        contacts: MongoContacts,
        rows: ContactRows,
        volumes: MongoVolumes,
        cipher: Cipher,
        source: str,
    ) -> None:
        self._store = store
        self._contacts = contacts
        self._rows = rows
        self._volumes = volumes
        self._assignments = MongoAssignments(store, source)
        self._history = store["contact_history"]
        self._cipher = cipher
        self._source = source

    async def get(self, contact_id: str) -> Contact:
        return await self._contacts.get(contact_id)

    async def history(self, contact_id: str) -> list[Earlier]:
        rows = self._history.find({"contact": contact_id}).sort("version", ASCENDING)
        return [self._earlier(row) async for row in rows]

    async def replace(
        self, before: Contact, after: RecognisedContact, earlier: Earlier, said: Sequence[Contract]
    ) -> None:
        document = self._rows.single(after.contact)
        row = self._row(earlier)
        at = earlier.changed_at

        async def write(session: Session) -> None:
            same = {"_id": before.id, "version": before.version, "erased_at": None}
            contacts = self._store["contacts"]
            kept = await contacts.find_one(same, session=session)
            if kept is None:
                raise Stale("somebody else has just changed this contact: read it again")
            kept_for_good = {"digest": kept["digest"], "receipt": receipt_of(kept).model_dump()}
            await contacts.replace_one(same, document | kept_for_good, session=session)
            assigned = await self._assignments.follow(before, after, at, session)
            await self._history.insert_one(row, session=session)
            await self._volumes.count(moved(before, after.contact), shard, session)
            await self._store.outbox.add(list(events_after(earlier.id, self._source, at, [*said, *assigned])), session)

        await self._contacts.take_apart([before.id])
        with self._volumes.shard() as shard:
            await self._store.commit(write)

    def _row(self, earlier: Earlier) -> Document:
        said = earlier.contact.model_dump(mode="json")
        return {
            "_id": earlier.id,
            "contact": earlier.contact.id,
            "about": earlier.contact.about,
            "version": earlier.version,
            "by": earlier.by,
            "why": earlier.why,
            "changed_at": earlier.changed_at,
            "digest": earlier.digest,
            "personal": self._cipher.encrypt(said, f"contact_history.personal:{earlier.id}"),
        }

    def _earlier(self, row: Document) -> Earlier:
        said = self._cipher.decrypt(row["personal"], f"contact_history.personal:{row['_id']}")
        said = self._rows.lifted(said)
        same = ("by", "why", "changed_at", "digest", "version")
        return Earlier.model_validate({"id": row["_id"], "contact": said, **{name: row[name] for name in same}})
