"""Disclosures and referrals of a contact in MongoDB follow it: to the customer and the campaign it is about now."""

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date, datetime
from functools import partial

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.contacts.contact import Contact
from services.intake.contacts.recogniser import RecognisedContact
from services.intake.disclosures.assignment import AssignedDisclosure, assigned
from services.intake.late_arrivals.disclosures import followed
from shared.contracts import InformationAssigned
from shared.events import events_after
from shared.identifiers import derived_id
from shared.storage.store import Document, Session, Store

DISCLOSURES_PER_COMMIT = 50
"""Disclosures that take their campaign's process in one transaction."""
Assign = Callable[[AssignedDisclosure], AssignedDisclosure]


class MongoAssignments:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._disclosures = store["disclosures"]
        self._referrals = store["referrals"]
        self._source = source

    async def follow(
        self, before: Contact, after: RecognisedContact, at: datetime, session: Session
    ) -> list[InformationAssigned]:
        """Within the caller's transaction. Gives what there is to say of a disclosure that is another's now, or due on
        another day."""
        contact = after.contact
        names: Document = {"campaign": contact.campaign, "letter": contact.reference}
        names |= {"customer": contact.customer, "given": contact.given}
        await self._referrals.update_many({"contact": contact.id}, {"$set": names}, session=session)
        wanted = {"_id": contact.disclosure}
        return await self._change(wanted, names, partial(followed, before=before, after=after), at, session)

    async def settle(self, campaign: KnownCampaign, at: datetime) -> bool:
        """Some of those that were recorded before its approval was heard, and have no process but the default one, take
        its own and say so. Returns whether there were any."""
        wanted = {"campaign": campaign.reference, "provisional": True}
        by_its_own = partial(AssignedDisclosure.dealt_with_by, process=campaign.process)
        found = (
            await self._disclosures.find(wanted, {"_id": 1})
            .limit(DISCLOSURES_PER_COMMIT)
            .to_list(DISCLOSURES_PER_COMMIT)
        )

        async def write(session: Session) -> None:
            for each in found:
                one = {**wanted, "_id": each["_id"]}
                for said in await self._change(one, {}, by_its_own, at, session):
                    cause = derived_id(said.disclosure, f"assigned|{said.version}")
                    await self._store.outbox.add(list(events_after(cause, self._source, at, [said])), session)

        if found:
            await self._store.commit(write)
        return bool(found)

    async def _change(
        self, wanted: Document, names: Document, assign: Assign, at: datetime, session: Session
    ) -> list[InformationAssigned]:
        """Changes a disclosure, where there is one, and returns what there is to say of it."""
        row = await self._disclosures.find_one(wanted, session=session)
        if row is None:
            return []
        before = _opened(row)
        after = assign(before).announced_after(before)
        now = names | _facts(after)
        if (after.owner, after.due) != (before.owner, before.due):
            now["overdue_at"] = None  # one that was late by its old day may be late once more, by the new one
        if change := {name: value for name, value in now.items() if value != row.get(name)}:
            await self._disclosures.update_one({"_id": row["_id"]}, {"$set": change}, session=session)
        return [assigned(after, at)] if after.version > before.version else []


def _opened(row: Document) -> AssignedDisclosure:
    facts: Document = {field.name: row.get(field.name) for field in fields(AssignedDisclosure)}
    facts |= {"id": row["_id"], "due": date.fromisoformat(row["due"])}
    return AssignedDisclosure(**facts)


def _facts(disclosure: AssignedDisclosure) -> Document:
    facts = asdict(disclosure) | {"due": disclosure.due.isoformat()}
    del facts["id"]
    return facts
