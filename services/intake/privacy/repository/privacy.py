"""Everything that is kept about one customer in MongoDB."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from pymongo import IndexModel

from services.intake.contacts.block import block_of
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.contacts.repository.rows import ContactRows
from services.intake.disclosures.attachment import file_name
from services.intake.disclosures.repository.attachments import MongoAttachments
from services.intake.privacy.erasure import Holding
from services.intake.privacy.subject import Subject, without_others
from shared.idempotency import ERASED
from shared.protection import Cipher
from shared.retention.policy import Policy
from shared.storage.finding import found_by
from shared.storage.store import Document, Indexes, Session, Store

FOUND_BY = (
    Indexes("disclosures", (IndexModel("contact"), IndexModel("customer"), IndexModel("letter"))),
    Indexes("referrals", (IndexModel("contact"), IndexModel("customer"), IndexModel("letter"))),
    Indexes("outcomes", (IndexModel("reference"),)),
)
PERSONAL = ("contacts", "contact_history", "disclosures", "attachments", "referrals", "outcomes")
"""The collections in which something is encrypted: in their field `personal`."""
RECORDED_BY = "recorded_by"
"""A handler's own data: a customer is told which team took what they said, and who saw or changed it since."""
NOT_FOR_READERS = ("personal", "digest", "customer", "given", "about", "receipt", "file", "open", "void", "support",
                   "working_days", "provisional", "locks", "recognition", "changes",
                   RECORDED_BY)  # fmt: skip
LEFT: Mapping[str, Document] = {
    "contacts": {"reference": None, "customer": None, "given": None, "about": [], "digest": ERASED, "support": False},
    "referrals": {"customer": None, "given": None, "letter": None, "digest": ERASED},
    "disclosures": {"customer": None, "given": None, "letter": None},
    "outcomes": {"customer": None, "reference": None, "digest": ERASED},
}
"""Fields of erased records: an erased record still counts, for nobody."""
ENDED = {"referrals": "closed", "disclosures": "resolved"}
"""The state of an erased record that was open: its team has nothing left to do."""


class MongoPrivacy:
    def __init__(
        self,
        store: Store,
        contacts: MongoContacts,
        rows: ContactRows,
        cipher: Cipher,
        attachments: MongoAttachments,
        policy: Policy,
    ) -> None:
        self._store = store
        self._contacts = contacts
        self._rows = rows
        self._cipher = cipher
        self._attachments = attachments
        self._policy = policy

    async def by_letter(self, reference: str) -> Subject:
        """Returns the customer of a letter with all their letters; the letter alone where it names no customer."""
        letter = await self._store["letters"].find_one({"_id": reference}) or {}
        if customer := letter.get("customer"):
            return await self.by_customer(customer)
        return Subject(customer=None, letters=(reference,))

    async def by_customer(self, customer: str) -> Subject:
        letters = [row["_id"] async for row in self._store["letters"].find({"customer": customer}, {"_id": 1})]
        return Subject(customer=customer, letters=tuple(sorted(letters)))

    async def records(self, subject: Subject) -> dict[str, list[dict[str, Any]]]:
        """Returns records by collection, as a person can read them."""
        found = await self._found(subject)
        readable = {name: [self._readable(name, row, subject) for row in rows] for name, rows in found.items() if rows}
        _name_files(readable.get("attachments", []))
        return readable

    async def known(self, subject: Subject) -> bool:
        return any((await self._found(subject)).values())

    async def holdings(self, subject: Subject, session: Session | None = None) -> Sequence[Holding]:
        """Returns the records that are held, without those that have been erased already."""
        found = await self._found(subject, session)
        return [
            Holding(type=kind.name, records=tuple(sorted((row["_id"], row[kind.since]) for row in held)))
            for kind in self._policy
            if (held := [row for row in found.get(kind.collection, []) if not row.get("erased_at")])
        ]

    async def erase(
        self, subject: Subject, held: Sequence[Holding], lawful: Sequence[Holding], by: str, at: datetime
    ) -> bool:
        kinds = {kind.name: kind.collection for kind in self._policy}
        erased = [(kinds[holding.type], identifier) for holding in lawful for identifier, _ in holding.records]

        async def write(session: Session) -> bool:
            if await self.holdings(subject, session) != held:
                return False
            for block in {block_of(identifier) for collection, identifier in erased if collection == "contacts"}:
                await self._contacts.take_apart_block(block, session)
            for collection, identifier in erased:
                await self._erase_one(collection, identifier, by, at, session)
            return True

        done = await self._store.commit(write)
        for collection, identifier in erased if done else ():
            if collection == "disclosures":
                await self._attachments.sweep(identifier)
        return done

    async def _erase_one(self, collection: str, identifier: str, by: str, at: datetime, session: Session) -> None:
        if collection not in LEFT:
            await self._store[collection].delete_one({"_id": identifier}, session=session)
            return
        nothing = self._cipher.encrypt(_nothing(collection), f"{collection}.personal:{identifier}")
        change: Document = {
            "$set": LEFT[collection] | {"personal": nothing, "erased_at": at},
            "$unset": {"receipt": ""},
        }
        if collection in ENDED:  # nobody can deal with it any more
            row = await self._store[collection].find_one({"_id": identifier}, session=session)
            if row and row["open"]:
                change["$set"] |= {"state": ENDED[collection], "open": False}
                change["$push"] = {"history": {"state": ENDED[collection], "by": by, "at": at}}
        if collection == "disclosures":
            await self._attachments.forget(identifier, session)
        await self._store[collection].update_one({"_id": identifier}, change, session=session)

    async def _found(self, subject: Subject, session: Session | None = None) -> dict[str, list[Document]]:
        find = partial(self._find, session)
        contacts = self._rows.opened(await find("contacts", about=subject.keys), subject.keys)
        theirs = [subject.customer] if subject.customer else []
        hanging = {"contact": [row["_id"] for row in contacts], "customer": theirs, "letter": subject.letters}
        disclosures = await find("disclosures", **hanging)
        return {
            "letters": await find("letters", _id=subject.letters),
            "contacts": contacts,
            "contact_history": await find("contact_history", about=subject.keys),
            "disclosures": disclosures,
            "attachments": await find("attachments", disclosure=[row["_id"] for row in disclosures]),
            "referrals": await find("referrals", **hanging),
            "outcomes": await find("outcomes", customer=theirs, reference=subject.letters),
        }

    async def _find(self, session: Session | None, collection: str, **wanted: Sequence[str]) -> list[Document]:
        """Returns once each document that has one of the values in one of the fields, all of which have an index."""
        kept = self._store[collection]
        found = [await found_by(kept, field, values, session=session) for field, values in wanted.items()]
        return list({row["_id"]: row for rows in found for row in rows}.values())

    def _readable(self, collection: str, row: Document, subject: Subject) -> dict[str, Any]:
        plain = {name: value for name, value in row.items() if name not in NOT_FOR_READERS}
        plain["id"] = plain.pop("_id")
        if collection in PERSONAL and collection != "attachments":
            said = (
                self._rows.said(row)
                if collection == "contacts"
                else self._rows.lifted(self._decrypted(collection, row))
            )
            plain["said"] = without_others(
                {name: value for name, value in said.items() if name != RECORDED_BY}, row, subject
            )
        return plain

    def _decrypted(self, collection: str, row: Document) -> dict[str, Any]:
        said: dict[str, Any] = self._cipher.decrypt(row["personal"], f"{collection}.personal:{row['_id']}")
        return said


def _name_files(attachments: list[dict[str, Any]]) -> None:
    """Names each file by its disclosure, in the order in which they came."""
    attachments.sort(key=lambda row: (row["disclosure"], row["added_at"], row["id"]))
    numbers = Counter[str]()
    for row in attachments:
        numbers[row["disclosure"]] += 1
        row["file"] = file_name(row["disclosure"], numbers[row["disclosure"]], row["media_type"])


def _nothing(collection: str) -> dict[str, Any]:
    """Returns the words of a record of that collection in which nobody said anything."""
    return {"kind": "extra-facts", "description": ""} if collection == "disclosures" else {}
