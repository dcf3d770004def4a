"""Disclosures in MongoDB: the customer's words encrypted, states and assignment in the open."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.intake.contacts.contact import Contact
from services.intake.disclosures.assignment import DEFAULT_PROCESS, due_on
from services.intake.disclosures.disclosure import (
    BEFORE,
    Disclosure,
    State,
    Volunteered,
    disclosure_reference,
    read_disclosure_key,
)
from services.intake.work_list import expect_step
from shared.contracts import InformationOverdue
from shared.contracts.campaigns import VolunteeredProcess
from shared.errors import NotFound
from shared.events import events_after
from shared.identifiers import derived_id
from shared.paging import Place
from shared.protection import Cipher
from shared.storage.finding import found_after
from shared.storage.store import Document, Indexes, Session, Store

DISCLOSURES = Indexes(
    "disclosures",
    (
        IndexModel([("campaign", ASCENDING), ("provisional", ASCENDING)]),
        IndexModel("reference"),
        IndexModel([("open", ASCENDING), ("due", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("owner", ASCENDING), ("open", ASCENDING), ("due", ASCENDING), ("_id", ASCENDING)]),
    ),
)
DISCLOSURES_PER_COMMIT = 100


class MongoDisclosures:
    def __init__(self, store: Store, cipher: Cipher, source: str) -> None:
        self._store = store
        self._disclosures = store["disclosures"]
        self._cipher = cipher
        self._source = source

    async def add(self, contacts: Iterable[tuple[Contact, VolunteeredProcess | None]], session: Session) -> None:
        """Keeps the disclosures of these contacts, within the caller's transaction."""
        rows = [
            self._document(c, c.disclosure, c.report.volunteered, process)
            for c, process in contacts
            if c.disclosure and c.report.volunteered
        ]
        if rows:
            await self._disclosures.insert_many(rows, session=session)

    async def get(self, key: str) -> Disclosure:
        """Returns a disclosure by its id or its reference. Raises `NotFound`."""
        key = read_disclosure_key(key)
        row = await self._disclosures.find_one({"reference" if key.startswith("V-") else "_id": key})
        if row is None:
            raise NotFound("there is no such disclosure")
        return self._disclosure(row)

    async def listed(
        self, owner: str | None, state: State | None, after: Place | None, most: int
    ) -> Sequence[Disclosure]:
        """Returns disclosures of one team or of all, those due first at the top: the open ones, or those in one
        state."""
        wanted: Document = {"open": state != "resolved"}
        wanted |= {name: value for name, value in (("owner", owner), ("state", state)) if value}
        place = (after[0].date().isoformat(), after[1]) if after else None
        rows = await found_after(self._disclosures, wanted, "due", place, most)
        return [self._disclosure(row) for row in rows]

    async def step(self, identifier: str, state: State, by: str, at: datetime, owner: str | None) -> Disclosure:
        """Moves a disclosure into `state`, and with `owner` to another team. A step that was taken before changes
        nothing; one that cannot be taken raises `Conflict`."""
        change: dict[str, Any] = {"state": state, "open": state != "resolved"} | ({"owner": owner} if owner else {})
        step = {"state": state, "by": by, "at": at}
        can_be: list[dict[str, Any]] = [{"state": {"$in": BEFORE[state]}}]
        if owner:  # from one team to the next, as often as it takes
            can_be.append({"state": state, "owner": {"$ne": owner}})
        while not await self._change_one(identifier, can_be, {"$set": change, "$push": {"history": step}}):
            found = await self.get(identifier)
            if found.state == state and owner in (None, found.owner):
                break
            expect_step(found.state, state, BEFORE)  # where it can be taken, another step came just now: try again
        return await self.get(identifier)

    async def _change_one(self, identifier: str, can_be: Sequence[Document], change: Document) -> bool:
        """Changes a disclosure that matches one of `can_be`. Asked one by one: for `$or` the embedded store reads all
        rows."""
        for before in can_be:
            if (await self._disclosures.update_one({"_id": identifier, **before}, change)).matched_count:
                return True
        return False

    async def announce_overdue(self, today: date, now: datetime) -> bool:
        """Announces every open disclosure that is late, once each. Returns whether there was any."""
        late = {"open": True, "due": {"$lt": today.isoformat()}, "overdue_at": None}
        rows = await self._disclosures.find(late).limit(DISCLOSURES_PER_COMMIT).to_list(DISCLOSURES_PER_COMMIT)
        if not rows:
            return False

        async def write(session: Session) -> None:
            for each in rows:
                row = await self._disclosures.find_one({"_id": each["_id"], **late}, session=session)
                if row is not None:  # nobody has dealt with it meanwhile, or moved its day
                    change = {"$set": {"overdue_at": now}}
                    await self._disclosures.update_one({"_id": row["_id"]}, change, session=session)
                    said = events_after(_lateness(row), self._source, now, [_overdue(row)])
                    await self._store.outbox.add(list(said), session)

        await self._store.commit(write)
        return True

    async def count(self, campaign: str) -> int:
        return await self._disclosures.count_documents({"campaign": campaign})

    def _document(
        self, contact: Contact, identifier: str, volunteered: Volunteered, process: VolunteeredProcess | None
    ) -> Document:
        received = contact.report.received_at
        by = process or DEFAULT_PROCESS
        return {
            "_id": identifier,
            "version": 1,
            "reference": disclosure_reference(identifier),
            "contact": contact.id,
            "campaign": contact.campaign,
            "arm": contact.arm,
            "letter": contact.reference,
            "customer": contact.customer,
            "given": contact.given,
            "kind": volunteered.kind,
            "state": "received",
            "open": True,
            "owner": by.owner,
            "working_days": by.working_days,
            "provisional": process is None,
            "due": due_on(received, by).isoformat(),
            "overdue_at": None,
            "received_at": received,
            "recorded_at": contact.recorded_at,
            "history": [{"state": "received", "by": contact.team, "at": contact.recorded_at}],
            "personal": self._cipher.encrypt(volunteered.model_dump(mode="json"), f"disclosures.personal:{identifier}"),
        }

    def _disclosure(self, row: Document) -> Disclosure:
        said = self._cipher.decrypt(row["personal"], f"disclosures.personal:{row['_id']}")
        same = (
            "reference",
            "contact",
            "campaign",
            "letter",
            "customer",
            "state",
            "owner",
            "due",
            "received_at",
            "history",
        )
        fields = {name: row[name] for name in same} | {"given": row.get("given")}
        notes = said.pop("notes", [])
        return Disclosure.model_validate({"id": row["_id"], "volunteered": said, "notes": notes, **fields})


def _lateness(row: Document) -> str:
    """Returns the cause of the event: the same team is late by the same day once."""
    return derived_id(row["_id"], f"late|{row['owner']}|{row['due']}")


def _overdue(row: Document) -> InformationOverdue:
    same = ("contact", "campaign", "owner", "kind", "state", "received_at", "due")
    return InformationOverdue.model_validate({"disclosure": row["_id"], **{name: row[name] for name in same}})
