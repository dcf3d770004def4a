"""Contacts in MongoDB, what customers said encrypted."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from services.intake.contacts.block import block_of
from services.intake.contacts.contact import Contact
from services.intake.contacts.ports import Announce, StoredContact
from services.intake.contacts.receipt import receipt_for
from services.intake.contacts.recogniser import RecognisedContact
from services.intake.contacts.repository.rows import ContactRows, receipt_of
from services.intake.contacts.repository.volumes import MongoVolumes
from services.intake.contacts.volumes import counted
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from services.intake.referrals.repository import MongoReferrals
from services.intake.register.letter import RegisteredLetter
from services.intake.register.repository import MongoRegister
from shared.errors import NotFound
from shared.events import events_after
from shared.storage.finding import found_by
from shared.storage.inserting import DUPLICATE_KEY
from shared.storage.store import Document, Indexes, Session, Store

CONTACTS = Indexes("contacts", (IndexModel("about"),))
"""`about` has every name of a contact: its letter and the tokens of customers."""
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
        rows: ContactRows,
        source: str,
    ) -> None:
        self._store = store
        self._register = register
        self._disclosures = disclosures
        self._referrals = referrals
        self._volumes = volumes
        self._contacts = store["contacts"]
        self._rows = rows
        self._source = source

    async def add(
        self, taken: Sequence[RecognisedContact], together: bool, announce: Announce
    ) -> Sequence[StoredContact]:
        """Keeps the contacts in one transaction. Only those with `again` are looked for first."""
        wanted = {each.contact.id: each for each in reversed(taken)}
        known = await self._known([key for key, each in wanted.items() if each.again], together)
        try:
            await self._add(
                [each for key, each in reversed(wanted.items()) if key not in known.kept], known, together, announce
            )
        except BulkWriteError as error:  # another came first with some of them, and now they are known
            if any(failure["code"] != DUPLICATE_KEY for failure in (error.details or {}).get("writeErrors", [])):
                raise
            known = await self._known(list(wanted), together)
            await self._add(
                [each for key, each in reversed(wanted.items()) if key not in known.kept], known, together, announce
            )
        return [
            known.kept.get(each.contact.id)
            or StoredContact(wanted[each.contact.id].digest, receipt_for(wanted[each.contact.id].contact))
            for each in taken
        ]

    async def get(self, contact_id: str) -> Contact:
        """Returns a contact with the customer's words. Raises `NotFound`."""
        places = [block_of(contact_id), contact_id]  # by id, the block is first: what leaves it meanwhile is met again
        rows = self._rows.opened(await self._contacts.find({"_id": {"$in": places}}).to_list(None))
        row = next((row for row in rows if row["_id"] == contact_id), None)
        if row is None:
            raise NotFound("there is no such contact")
        return await self.contact(row)

    async def without_letter(self, letters: Sequence[RegisteredLetter]) -> list[str]:
        """Returns the ids of contacts about these letters that were kept when nobody knew the letters."""
        references = {letter.reference for letter in letters}
        found = self._rows.opened(await found_by(self._contacts, "about", list(references)), references)
        return [row["_id"] for row in found if row["campaign"] is None and not row["void"]]

    async def contact(self, row: Document) -> Contact:
        """Returns the contact of a row, without the volunteered information, which is in its disclosure."""
        letters = await self._register.letters([row["reference"]] if row["campaign"] else [])
        kept = {name: row.get(name) for name in REFERENCES}
        return Contact.model_validate(
            {"id": row["_id"], "report": self._rows.report(row), "letter": letters.get(row["reference"]), **kept}
        )

    async def take_apart(self, contact_ids: Iterable[str]) -> None:
        """Replaces the blocks that these contacts are in by a document for each contact in them."""
        blocks = await found_by(self._contacts, "_id", [block_of(identifier) for identifier in contact_ids])
        for block in blocks:
            if block.get("block"):
                await self._store.commit(partial(self.take_apart_block, block["_id"]))

    async def take_apart_about(self, names: Sequence[str], before: datetime) -> None:
        """Takes apart the blocks recorded before `before` that have a contact with one of the names."""
        found = await found_by(self._contacts, "about", names)
        await self.take_apart(row["_id"] for row in found if row["recorded_at"] < before)

    async def take_apart_block(self, block: str, session: Session) -> None:
        """Takes one block apart within the caller's transaction; one that is not there, or is apart, stays so."""
        document = await self._contacts.find_one({"_id": block}, session=session)
        if document and document.get("block"):
            # first, so that two who do it at once are in each other's way here, and one of them tries again
            await self._contacts.update_one({"_id": block}, {"$set": self._rows.emptied(block)}, session=session)
            documents = [self._rows.by_itself(row) for row in self._rows.opened([document])]
            await self._contacts.insert_many(documents, session=session)

    async def _known(self, identifiers: list[str], together: bool) -> "_Known":
        """`together`: they may be in the blocks that their ids name."""
        blocks = await found_by(self._contacts, "_id", [block_of(key) for key in identifiers]) if together else []
        rows = {row["_id"]: row for row in self._rows.opened(blocks)}
        there = {block["_id"] for block in blocks}
        elsewhere = [key for key in identifiers if key not in rows]
        rows |= {row["_id"]: row for row in await found_by(self._contacts, "_id", elsewhere)}
        kept = {key: StoredContact(rows[key]["digest"], receipt_of(rows[key])) for key in identifiers if key in rows}
        return _Known(kept, there)

    async def _add(self, new: Sequence[RecognisedContact], known: "_Known", together: bool, announce: Announce) -> None:
        if not new:
            return
        contacts = [each.contact for each in new]
        documents = self._in_blocks(new, known.blocks) if together else [self._single(each) for each in new]
        events = [
            event
            for contact, said in announce(contacts)
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

    def _in_blocks(self, new: Sequence[RecognisedContact], there: Container[str]) -> list[Document]:
        """Returns new blocks, and single documents for contacts whose block is there without them."""
        documents: list[Document] = []
        for block, taken in groupby(new, key=lambda each: block_of(each.contact.id)):
            if block in there:
                documents += map(self._single, taken)
            else:
                documents.append(self._rows.block([(each.contact, each.digest) for each in taken]))
        return documents

    def _single(self, taken: RecognisedContact) -> Document:
        return self._rows.single(taken.contact) | {"digest": taken.digest}


@dataclass(frozen=True, slots=True)
class _Known:
    """Contacts that are in the store already, and blocks."""

    kept: Mapping[str, StoredContact]
    blocks: Container[str]
