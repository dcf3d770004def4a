"""Referrals in MongoDB: what the team is told encrypted, and the way it goes in the open."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from services.intake.contacts.contact import Contact
from services.intake.contacts.events import raised
from services.intake.contacts.repository.locks import ContactLocks
from services.intake.referrals.details import Details, details_of
from services.intake.referrals.referral import BEFORE, OPEN, Referral, ReferralStep, State, WorkItem
from services.intake.work_list import expect_step
from shared.errors import NotFound
from shared.events import events_after
from shared.idempotency import Request, expect_same_request
from shared.paging import Place
from shared.protection import Cipher
from shared.storage.finding import found_after, found_by
from shared.storage.store import Document, Indexes, Session, Store

REFERRALS = Indexes(
    "referrals",
    (
        IndexModel("campaign"),
        IndexModel([("open", ASCENDING), ("raised_at", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("team", ASCENDING), ("open", ASCENDING), ("raised_at", ASCENDING), ("_id", ASCENDING)]),
    ),
)


class MongoReferrals:
    def __init__(self, store: Store, cipher: Cipher, locks: ContactLocks, source: str) -> None:
        self._store = store
        self._locks = locks
        self._referrals = store["referrals"]
        self._cipher = cipher
        self._source = source

    async def add(self, contacts: Iterable[Contact], session: Session) -> None:
        """Keeps the referrals of these contacts, within the caller's transaction."""
        rows = [
            self._document(_names(contact), referral, _details(contact), contact.recorded_at)
            for contact in contacts
            for referral in contact.referrals
        ]
        if rows:
            await self._referrals.insert_many(rows, session=session)

    async def raise_one(self, contact: str, referral: Referral, details: Details, digest: str, at: datetime) -> None:
        """Keeps a referral about the contact as it is now; the same one again changes nothing.

        Raises `Conflict` for a contact that is void or was erased, and for another referral under this id.
        """
        request = Request(id=referral.id, digest=digest)

        async def write(session: Session) -> None:
            kept = await self._referrals.find_one({"_id": referral.id}, session=session)
            if kept is not None:
                expect_same_request(kept.get("digest", digest), request)
                return
            row = await self._locks.lock(contact, session)
            names = {name: row[name] for name in ("campaign", "customer", "given")} | {"letter": row["reference"]}
            document = self._document({"contact": contact, **names}, referral, details, at)
            await self._referrals.insert_one(document | {"digest": digest}, session=session)
            said = events_after(referral.id, self._source, at, [raised(contact, row["campaign"], referral, at)])
            await self._store.outbox.add(list(said), session)

        await self._store.commit(write)

    async def get(self, identifier: str) -> WorkItem:
        """Raises `NotFound`."""
        row = await self._referrals.find_one({"_id": identifier})
        if row is None:
            raise NotFound("there is no such referral")
        return self._item(row)

    async def work(self, team: str | None, state: State | None, after: Place | None, most: int) -> Sequence[WorkItem]:
        """Returns referrals of one team or of all, the oldest first: the open ones, or those in one state."""
        wanted: Document = {"open": state is None or state in OPEN}
        wanted |= {name: value for name, value in (("team", team), ("state", state)) if value}
        return [self._item(row) for row in await found_after(self._referrals, wanted, "raised_at", after, most)]

    async def passed(self, contact: str, team: str) -> bool:
        """Returns whether the team was passed the contact, and has not given it back."""
        passed = await found_by(self._referrals, "contact", [contact], {"team": team})
        return any(row["state"] != "returned" for row in passed)

    async def step(self, identifier: str, step: ReferralStep) -> WorkItem:
        """A step that was taken before is not taken again, and raises nothing; one that cannot be raises `Conflict`."""
        can_be = {"_id": identifier, "state": {"$in": BEFORE[step.state]}}
        change = {"$set": {"state": step.state, "open": step.state in OPEN}, "$push": {"history": step.model_dump()}}
        while not (await self._referrals.update_one(can_be, change)).matched_count:
            found = await self.get(identifier)
            if found.state == step.state:
                break
            expect_step(found.state, step.state, BEFORE)  # where it can be taken, another came just now: try again
        return await self.get(identifier)

    async def counts(self, campaign: str) -> dict[str, int]:
        """Returns the number of referrals by team."""
        stages: list[Document] = [
            {"$match": {"campaign": campaign}},
            {"$group": {"_id": "$team", "count": {"$sum": 1}}},
        ]
        return {row["_id"]: row["count"] async for row in self._referrals.aggregate(stages)}

    def _document(self, names: Document, referral: Referral, details: Details, at: datetime) -> Document:
        said = details.model_dump(mode="json", exclude_none=True)
        return {
            "_id": referral.id,
            **names,
            "team": referral.team,
            "reason": referral.reason,
            "state": "raised",
            "open": True,
            "raised_at": at,
            "history": [],
            "personal": self._cipher.encrypt(said, f"referrals.personal:{referral.id}"),
        }

    def _item(self, row: Document) -> WorkItem:
        said = self._cipher.decrypt(row["personal"], f"referrals.personal:{row['_id']}")
        same = ("contact", "campaign", "letter", "customer", "team", "reason", "state", "raised_at", "history")
        fields = {name: row[name] for name in same} | {"given": row.get("given")}
        notes = said.pop("notes", [])
        return WorkItem.model_validate({"id": row["_id"], "details": said, "notes": notes, **fields})


def _names(contact: Contact) -> Document:
    """Returns what a referral is found by: its contact, and the campaign and customer that the contact is about."""
    return {
        "contact": contact.id,
        "campaign": contact.campaign,
        "customer": contact.customer,
        "given": contact.given,
        "letter": contact.reference,
    }


def _details(contact: Contact) -> Details:
    report = contact.report
    pence = report.volunteered.total_pence if report.volunteered else None
    return details_of(report.reason, pence, report.support_offered)
