"""What hangs on a contact in MongoDB goes where the contact goes: to the customer and the campaign it is about now."""

from datetime import date, datetime

from services.intake.contact import Contact
from services.intake.recording import Taken
from services.intake.volunteered import Assignment, due_on, reassigned
from shared.contracts import InformationAssigned
from shared.contracts.campaigns import VolunteeredProcess
from shared.storage.store import Document, Session, Store


class MongoAssignments:
    def __init__(self, store: Store) -> None:
        self._disclosures = store["disclosures"]
        self._referrals = store["referrals"]

    async def follow(self, before: Contact, after: Taken, at: datetime, session: Session) -> list[InformationAssigned]:
        """Within the caller's transaction. Gives what there is to say of a disclosure whose campaign or arm changed."""
        contact = after.contact
        names: Document = {"campaign": contact.campaign, "letter": contact.reference}
        names |= {"customer": contact.customer, "given": contact.given}
        await self._referrals.update_many({"contact": contact.id}, {"$set": names}, session=session)
        row = await self._disclosures.find_one({"_id": contact.disclosure}, session=session)
        if row is None:
            return []
        change = names | (_reassigned(row, after.process) if contact.campaign != before.campaign else {})
        await self._disclosures.update_one({"_id": row["_id"]}, {"$set": change}, session=session)
        if (contact.campaign, contact.arm) == (before.campaign, before.arm):
            return []
        return [_assigned(row | change, contact, at)]


def _reassigned(row: Document, process: VolunteeredProcess) -> Document:
    """One that was late by its old day may be late once more, by the new one."""
    now = Assignment(row["owner"], date.fromisoformat(row["due"]))
    anew = reassigned(row["state"], now, Assignment(process.owner, due_on(row["received_at"], process)))
    return {"owner": anew.owner, "due": anew.due.isoformat(), "overdue_at": None} if anew != now else {}


def _assigned(row: Document, contact: Contact, at: datetime) -> InformationAssigned:
    same = ("contact", "campaign", "owner", "kind", "state", "received_at", "due")
    fields = {name: row[name] for name in same} | {"version": contact.version, "arm": contact.arm, "assigned_at": at}
    return InformationAssigned.model_validate({"disclosure": row["_id"], **fields})
