"""Contacts in MongoDB, what customers said encrypted."""

from collections.abc import Sequence

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from services.intake.announcing import announcements
from services.intake.contact import Contact, ContactReport, RegisteredLetter
from services.intake.receipt import Receipt, receipt_for
from services.intake.recording import Kept, Taken
from services.intake.repository.disclosures import MongoDisclosures
from services.intake.repository.referrals import MongoReferrals
from services.intake.repository.register import MongoRegister
from services.intake.repository.volumes import MongoVolumes
from services.intake.volumes import counted
from services.intake.volunteered import disclosure_reference
from shared.errors import NotFound
from shared.messaging.event import events_after
from shared.protection import Cipher
from shared.storage.finding import found_by
from shared.storage.inserting import DUPLICATE_KEY
from shared.storage.store import Document, Indexes, Session, Store

CONTACTS = Indexes("contacts", (IndexModel("about"),))
"""All the names of a contact: the letter that it is about, and the tokens of customers."""
PLAIN = ("channel", "reason", "outcome", "received_at", "duration_seconds")
REFERENCES = (
    "version",
    "void",
    "recorded_by",
    "team",
    "reference",
    "customer",
    "given",
    "disclosure",
    "referrals",
    "recorded_at",
    "erased_at",
)


class MongoContacts:
    def __init__(
        self,
        store: Store,
        register: MongoRegister,
        disclosures: MongoDisclosures,
        referrals: MongoReferrals,
        volumes: MongoVolumes,
        cipher: Cipher,
        source: str,
    ) -> None:
        self._store = store
        self._register = register
        self._disclosures = disclosures
        self._referrals = referrals
        self._volumes = volumes
        self._contacts = store["contacts"]
        self._cipher = cipher
        self._source = source

    async def add(self, taken: Sequence[Taken], together: bool) -> Sequence[Kept]:
        """In one transaction. Those that nobody can have sent before are not looked for."""
        wanted = {each.contact.id: each for each in reversed(taken)}
        known = await self._kept([key for key, each in wanted.items() if each.again])
        try:
            await self._add([each for key, each in reversed(wanted.items()) if key not in known], together)
        except BulkWriteError as error:  # another came first with some of them, and now they are known
            if any(failure["code"] != DUPLICATE_KEY for failure in (error.details or {}).get("writeErrors", [])):
                raise
            known = await self._kept(list(wanted))
            await self._add([each for key, each in reversed(wanted.items()) if key not in known], together)
        return [
            known.get(each.contact.id)
            or Kept(wanted[each.contact.id].digest, receipt_for(wanted[each.contact.id].contact))
            for each in taken
        ]

    async def get(self, contact_id: str) -> Contact:
        """With what the customer said. Raises `NotFound`."""
        document = await self._contacts.find_one({"_id": contact_id})
        if document is None:
            raise NotFound("there is no such contact")
        return await self.contact(document)

    async def without_letter(self, letters: Sequence[RegisteredLetter]) -> list[str]:
        """Contacts about these letters that were kept when nobody knew them."""
        references = [letter.reference for letter in letters]
        orphans = await found_by(self._contacts, "about", references, {"campaign": None, "void": False})
        return [row["_id"] for row in orphans]

    async def contact(self, document: Document) -> Contact:
        """Without what was volunteered, which stands in the disclosure."""
        personal = self._cipher.decrypt(document["personal"], f"contacts.personal:{document['_id']}")
        report = ContactReport.model_validate({name: document[name] for name in PLAIN} | personal)
        letters = await self._register.letters([document["reference"]] if document["campaign"] else [])
        kept = {name: document.get(name) for name in REFERENCES}
        return Contact.model_validate(
            {"id": document["_id"], "report": report, "letter": letters.get(document["reference"]), **kept}
        )

    def document(self, contact: Contact) -> Document:
        """All of a contact but the digest of the report that it came from."""
        report = contact.report
        return {
            "_id": contact.id,
            "version": contact.version,
            "void": contact.void,
            "about": contact.about,
            "campaign": contact.campaign,
            "arm": contact.arm,
            "reference": contact.reference,
            "customer": contact.customer,
            "given": contact.given,
            "recorded_by": contact.recorded_by,
            "team": contact.team,
            "channel": report.channel,
            "reason": report.reason,
            "outcome": report.outcome,
            "received_at": report.received_at,
            "duration_seconds": report.duration_seconds,
            "support": report.reason == "extra-support" or bool(report.support_offered),
            "disclosure": contact.disclosure,
            "referrals": [referral.model_dump() for referral in contact.referrals],
            "recorded_at": contact.recorded_at,
            "personal": self._cipher.encrypt(report.personal(), f"contacts.personal:{contact.id}"),
        }

    async def _kept(self, identifiers: list[str]) -> dict[str, Kept]:
        rows = await found_by(self._contacts, "_id", identifiers)
        return {row["_id"]: Kept(row["digest"], receipt_of(row)) for row in rows}

    async def _add(self, new: Sequence[Taken], together: bool) -> None:
        if not new:
            return
        contacts = [each.contact for each in new]
        documents = [self.document(each.contact) | {"digest": each.digest} for each in new]
        events = [
            event
            for contact, said in announcements(contacts, together)
            for event in events_after(contact.id, self._source, contact.recorded_at, said)
        ]
        change = counted(contacts)

        async def write(session: Session) -> None:
            await self._contacts.insert_many(documents, ordered=False, session=session)
            await self._disclosures.add([(each.contact, each.process) for each in new], session)
            await self._referrals.add(contacts, session)
            await self._volumes.count(change, shard, session)

        with self._volumes.shard() as shard:
            await self._store.commit(write, *events)


def receipt_of(row: Document) -> Receipt:
    """As it was given first, whatever has been corrected since."""
    if first := row.get("receipt"):
        return Receipt.model_validate(first)
    return Receipt(
        contact=row["_id"],
        letter=row["reference"],
        campaign=row["campaign"],
        arm=row["arm"],
        disclosure=row["disclosure"],
        disclosure_reference=disclosure_reference(row["disclosure"]) if row["disclosure"] else None,
        referred_to=tuple(referral["team"] for referral in row["referrals"]),
    )
