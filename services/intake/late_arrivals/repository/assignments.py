"""Disclosures and referrals of a contact in MongoDB follow it: to the customer and the campaign it is about now."""

from datetime import date, datetime

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.contacts.contact import Contact
from services.intake.contacts.recogniser import RecognisedContact
from services.intake.disclosures.assignment import DEFAULT_PROCESS, Assignment, due_on, reassigned, received_on
from shared.contracts import InformationAssigned
from shared.contracts.campaigns import VolunteeredProcess
from shared.events import events_after
from shared.identifiers import derived_id
from shared.storage.store import Document, Session, Store

DISCLOSURES_PER_COMMIT = 50
"""Disclosures that take their campaign's process in one transaction."""


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
        row = await self._disclosures.find_one({"_id": contact.disclosure}, session=session)
        if row is None:
            return []
        facts = names | {"arm": contact.arm, "received_at": contact.report.received_at}
        anew = row["provisional"] or contact.campaign != before.campaign
        return await self._change(row, facts, after.process if anew else _process_of(row), at, session)

    async def settle(self, campaign: KnownCampaign, at: datetime) -> bool:
        """Some of those that were recorded before its approval was heard, and have no process but the default one, take
        its own and say so. Returns whether there were any."""
        wanted = {"campaign": campaign.reference, "provisional": True}
        found = (
            await self._disclosures.find(wanted, {"_id": 1})
            .limit(DISCLOSURES_PER_COMMIT)
            .to_list(DISCLOSURES_PER_COMMIT)
        )

        async def write(session: Session) -> None:
            for each in found:
                row = await self._disclosures.find_one({**wanted, "_id": each["_id"]}, session=session)
                said = await self._change(row, {}, campaign.process, at, session) if row else []
                for assigned in said:
                    cause = derived_id(assigned.disclosure, f"assigned|{assigned.version}")
                    await self._store.outbox.add(list(events_after(cause, self._source, at, [assigned])), session)

        if found:
            await self._store.commit(write)
        return bool(found)

    async def _change(
        self, row: Document, facts: Document, process: VolunteeredProcess | None, at: datetime, session: Session
    ) -> list[InformationAssigned]:
        """Changes a disclosure and returns an event, or none where everything that was announced of it stays the
        same."""
        by = process or DEFAULT_PROCESS
        now = row | facts | {"working_days": by.working_days, "provisional": process is None}
        now |= _reassigned(now, by)
        said = _told(now) != _told(row)
        now["version"] += said
        if change := {name: value for name, value in now.items() if value != row.get(name)}:
            await self._disclosures.update_one({"_id": row["_id"]}, {"$set": change}, session=session)
        return [_assigned(now, at)] if said else []


def _process_of(row: Document) -> VolunteeredProcess:
    """The one that it is dealt with by."""
    return VolunteeredProcess(owner=row["owner"], working_days=row["working_days"])


def _told(row: Document) -> tuple[object, ...]:
    return (*(row[name] for name in ("campaign", "arm", "owner", "due")), received_on(row["received_at"]))


def _reassigned(row: Document, process: VolunteeredProcess) -> Document:
    """One that was late by its old day may be late once more, by the new one."""
    now = Assignment(row["owner"], date.fromisoformat(row["due"]))
    anew = reassigned(row["state"], now, Assignment(process.owner, due_on(row["received_at"], process)))
    return {"owner": anew.owner, "due": anew.due.isoformat(), "overdue_at": None} if anew != now else {}


def _assigned(row: Document, at: datetime) -> InformationAssigned:
    same = ("contact", "version", "campaign", "arm", "owner", "kind", "state", "received_at", "due")
    fields = {name: row[name] for name in same} | {"assigned_at": at}
    return InformationAssigned.model_validate({"disclosure": row["_id"], **fields})
