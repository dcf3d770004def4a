"""Last contact of each customer with any campaign, in MongoDB: one question tells it for a whole chunk.

The last one is enough: a campaign that writes to a customer was not held back by any earlier contact, and the days for
which it leaves others' customers alone only move on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pymongo import ASCENDING, IndexModel

from services.dispatcher.population.repository.blocks import of_generation
from services.dispatcher.suppression.window import ContactWindow
from shared.errors import Stale
from shared.storage.inserting import insert_new
from shared.storage.statements import in_statements
from shared.storage.store import Database, Document, Indexes, Session, Store

MOST_JUDGED = 5_000
"""Customers whose last contact is remembered between their judgement and its note: ten chunks in hand."""
KEPT_SECONDS = 732 * 86_400
"""Seconds of real time: more than the days for which any campaign may leave others' customers alone."""
LAST_CONTACTED = Indexes("last_contacted", (IndexModel([("noted_at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS),))


@dataclass(frozen=True, slots=True)
class Contact:
    """`campaign` undertook on `day`, as in 2026-09-07, to write to the customer."""

    campaign: str
    day: str

    def counts_for(self, leaving: ContactWindow) -> bool:
        return self.campaign != leaving.campaign and self.day > leaving.contacted_since.isoformat()


@dataclass(frozen=True, slots=True)
class Note:
    """A note that a campaign writes to customers: of some of them `instead` of another campaign's."""

    contact: Contact
    instead: Mapping[bytes, Contact] = field(repr=False)


class MongoLastContacted:
    """Customers are known by their blind index."""

    def __init__(self, store: Store | Database, generation: int = 1) -> None:
        self._generation = of_generation(generation)
        self._contacts = store[LAST_CONTACTED.collection]
        self._judged: dict[bytes, Contact | None] = {}

    async def of(self, customers: Sequence[bytes], session: Session | None = None) -> dict[bytes, Contact]:
        """Returns the last contact of those among `customers` who had one."""
        asked = {"_id": {"$in": list(customers)}}
        found = self._contacts.find(asked, session=session, batch_size=len(customers) + 1)
        return {row["_id"]: Contact(row["campaign"], row["day"]) async for row in found}

    async def left_alone(self, leaving: ContactWindow, customers: Sequence[bytes]) -> set[bytes]:
        """Returns those among `customers` whom another campaign has contacted recently enough."""
        known = await self.of(customers)
        self._remember({customer: known.get(customer) for customer in customers})
        return {customer for customer, last in known.items() if last.counts_for(leaving)}

    async def note(self, leaving: ContactWindow, customers: Sequence[bytes]) -> Note:
        """Notes that the campaign of `leaving` writes to them on its day. Raises `Stale` if another campaign contacts
        any of them at this moment, or has since they were judged: those keep its note, and the others have this one."""
        contact = Contact(leaving.campaign, leaving.day.isoformat())
        known = await self._as_judged(contact, customers)
        taken = {customer for customer, last in known.items() if last.counts_for(leaving)}
        left = [customer for customer in customers if customer not in taken]
        note = await self._keep(contact, left, known, datetime.now(UTC))
        if taken:
            raise _overtaken(leaving)
        return note

    async def take_back(self, note: Note, customers: Sequence[bytes]) -> None:
        """Takes back that the campaign of this note writes to these customers, whoever has noted it: it never does."""
        ours = {"campaign": note.contact.campaign}
        new = [customer for customer in customers if customer not in note.instead]
        await self._contacts.delete_many({"_id": {"$in": new}, **ours})
        for customer in set(customers).intersection(note.instead):
            last = note.instead[customer]
            before = {"campaign": last.campaign, "day": last.day}
            await self._contacts.update_one({"_id": customer, **ours}, {"$set": before})

    async def take_over(self, contact: Contact, customers: Sequence[bytes], at: datetime, session: Session) -> None:
        """Keeps in the caller's transaction a contact that was noted `at` that time, where no later one is known."""
        await self._keep(contact, customers, await self.of(customers, session), at, session)

    async def _as_judged(self, contact: Contact, customers: Sequence[bytes]) -> Mapping[bytes, Contact]:
        """Returns the last contacts as they were when these customers were judged: a write finds out where that is no
        longer so. Those whose note would not be written are read, and any that nobody remembers."""
        judged = {customer: self._judged.pop(customer) for customer in customers if customer in self._judged}
        sure = {customer: last for customer, last in judged.items() if last is None or last.day < contact.day}
        asked = [customer for customer in customers if customer not in sure]
        read = await self.of(asked) if asked else {}
        return {customer: last for customer, last in sure.items() if last} | read

    def _remember(self, judged: Mapping[bytes, Contact | None]) -> None:
        self._judged |= judged
        while len(self._judged) > MOST_JUDGED:
            del self._judged[next(iter(self._judged))]

    async def _keep(
        self,
        contact: Contact,
        customers: Sequence[bytes],
        known: Mapping[bytes, Contact],
        at: datetime,
        session: Session | None = None,
    ) -> Note:
        """Keeps all that can be kept. Raises `Stale` where a customer's contact is another than the one `known`."""
        kept: Document = {"campaign": contact.campaign, "day": contact.day, "noted_at": at, **self._generation}
        customers = list(dict.fromkeys(customers))
        new = [{"_id": customer, **kept} for customer in customers if customer not in known]
        overtaken = bool(await insert_new(self._contacts, new, session))
        later: dict[Contact, list[bytes]] = {}
        for customer in customers:
            if (last := known.get(customer)) and last.day < contact.day:
                later.setdefault(last, []).append(customer)
        for last, theirs in later.items():
            for some in in_statements(theirs, session):
                as_known = {"_id": {"$in": list(some)}, "campaign": last.campaign, "day": last.day}
                done = await self._contacts.update_many(as_known, {"$set": kept}, session=session)
                overtaken = overtaken or done.matched_count < len(some)
        if overtaken:
            raise _overtaken(contact)
        others = {last: theirs for last, theirs in later.items() if last.campaign != contact.campaign}
        return Note(contact, {customer: last for last, theirs in others.items() for customer in theirs})


def _overtaken(by: ContactWindow | Contact) -> Stale:
    return Stale(f"another campaign writes to customers of {by.campaign} at this moment")
