"""Contacts, disclosures and referrals in MongoDB, what customers said encrypted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.intake.contact import Contact, ContactReport, RegisteredLetter
from services.intake.repository.register import MongoRegister
from shared.coalescer import Coalescer
from shared.contracts import Contract
from shared.errors import Conflict, NotFound
from shared.messaging.event import Event, events_after
from shared.protection import Cipher
from shared.storage.store import Document, Indexes, Session, Store

CONTACTS = Indexes("contacts", (IndexModel([("campaign", ASCENDING)]), IndexModel([("reference", ASCENDING)])))
DISCLOSURES = Indexes("disclosures", (IndexModel([("campaign", ASCENDING)]),))
REFERRALS = Indexes("referrals", (IndexModel([("campaign", ASCENDING)]), IndexModel([("team", ASCENDING)])))


@dataclass(frozen=True, slots=True)
class _Addition:
    contact: Contact
    digest: str
    events: tuple[Event[Contract], ...]


class MongoContacts:
    def __init__(self, store: Store, register: MongoRegister, cipher: Cipher, source: str) -> None:
        self._store = store
        self._register = register
        self._contacts = store["contacts"]
        self._disclosures = store["disclosures"]
        self._referrals = store["referrals"]
        self._cipher = cipher
        self._source = source
        self._adding = Coalescer(self._add_together)

    async def letter(self, reference: str) -> RegisteredLetter | None:
        return await self._register.letter(reference)

    async def add(self, contact: Contact, digest: str, said: Sequence[Contract]) -> Contact:
        events = tuple(events_after(contact.id, self._source, contact.recorded_at, said))
        kept = await self._adding.add(_Addition(contact, digest, events))
        if kept["digest"] != digest:
            raise Conflict("this Idempotency-Key was used before with a different body")
        return self._contact(kept)

    async def get(self, contact_id: str) -> Contact:
        """With what the customer said. Raises `NotFound`."""
        document = await self._contacts.find_one({"_id": contact_id})
        if document is None:
            raise NotFound("there is no such contact")
        return self._contact(document)

    async def counts(self, campaign: str) -> dict[str, Any]:
        """Counted from the store: contacts by reason, disclosures, and referrals by team."""
        match: Document = {"$match": {"campaign": campaign}}
        return {
            "contacts": await self._grouped(self._contacts, match, "reason"),
            "volunteered": await self._disclosures.count_documents({"campaign": campaign}),
            "referrals": await self._grouped(self._referrals, match, "team"),
        }

    async def letters_registered(self, campaign: str) -> int:
        return await self._store["letters"].count_documents({"campaign": campaign})

    async def _grouped(self, collection: Any, match: Document, field: str) -> dict[str, int]:
        stages = [match, {"$group": {"_id": f"${field}", "count": {"$sum": 1}}}]
        return {row["_id"]: row["count"] async for row in collection.aggregate(stages)}

    async def _add_together(self, additions: Sequence[_Addition]) -> Sequence[Document]:
        """Keep all that are new, in one transaction; gives for each what is kept under its id."""
        wanted = {addition.contact.id: addition for addition in reversed(additions)}

        async def write(session: Session) -> dict[str, Document]:
            known = self._contacts.find({"_id": {"$in": list(wanted)}}, session=session)
            kept = {row["_id"]: row async for row in known}
            new = [addition for key, addition in wanted.items() if key not in kept]
            documents = [self._document(addition) for addition in new]
            await self._insert(documents, new, session)
            return kept | {document["_id"]: document for document in documents}

        kept = await self._store.commit(write)
        return [kept[addition.contact.id] for addition in additions]

    async def _insert(self, documents: list[Document], new: Sequence[_Addition], session: Session) -> None:
        disclosures = [self._disclosure(a.contact) for a in new if a.contact.disclosure]
        referrals = [row for a in new for row in _referrals(a.contact)]
        for collection, rows in (
            (self._contacts, documents),
            (self._disclosures, disclosures),
            (self._referrals, referrals),
        ):
            if rows:
                await collection.insert_many(rows, session=session)
        await self._store.outbox.add([event for addition in new for event in addition.events], session)

    def _document(self, addition: _Addition) -> Document:
        contact = addition.contact
        report = contact.report
        return {
            "_id": contact.id,
            "digest": addition.digest,
            "campaign": contact.letter.campaign if contact.letter else None,
            "letter": contact.letter.model_dump() if contact.letter else None,
            "reference": contact.reference,
            "team": contact.team,
            "channel": report.channel,
            "reason": report.reason,
            "received_at": report.received_at,
            "duration_seconds": report.duration_seconds,
            "disclosure": contact.disclosure,
            "referrals": [referral.model_dump() for referral in contact.referrals],
            "recorded_at": contact.recorded_at,
            "personal": self._cipher.encrypt(report.personal(), f"contacts.personal:{contact.id}"),
        }

    def _disclosure(self, contact: Contact) -> Document:
        volunteered = contact.report.volunteered
        if volunteered is None or contact.disclosure is None:
            raise ValueError("nothing was volunteered")
        return {
            "_id": contact.disclosure,
            "contact": contact.id,
            "campaign": contact.letter.campaign if contact.letter else None,
            "kind": volunteered.kind,
            "state": "received",
            "received_at": contact.report.received_at,
            "personal": self._cipher.encrypt(
                volunteered.model_dump(mode="json"), f"disclosures.personal:{contact.disclosure}"
            ),
        }

    def _contact(self, document: Document) -> Contact:
        """Without what was volunteered, which stands in the disclosure."""
        personal = self._cipher.decrypt(document["personal"], f"contacts.personal:{document['_id']}")
        plain = ("channel", "reason", "received_at", "duration_seconds")
        report = ContactReport.model_validate({name: document[name] for name in plain} | personal)
        kept = ("letter", "reference", "team", "disclosure", "referrals", "recorded_at")
        return Contact.model_validate(
            {"id": document["_id"], "report": report, **{name: document[name] for name in kept}}
        )


def _referrals(contact: Contact) -> list[Document]:
    return [
        {
            "_id": referral.id,
            "contact": contact.id,
            "campaign": contact.letter.campaign if contact.letter else None,
            "team": referral.team,
            "reason": referral.reason,
            "state": "raised",
            "raised_at": contact.recorded_at,
        }
        for referral in contact.referrals
    ]
