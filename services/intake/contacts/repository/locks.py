"""Locks of contacts: a transaction that writes something about a contact locks it first.

Two transactions that lock the same contact are one after the other: the second is repeated and sees what the first
did. Corrections and erasures lock a contact by changing it.
"""

from services.intake.contacts.block import block_of
from services.intake.contacts.repository.rows import ContactRows
from shared.errors import Conflict, NotFound
from shared.storage.store import Document, Session, Store


class ContactLocks:
    def __init__(self, store: Store, rows: ContactRows) -> None:
        self._contacts = store["contacts"]
        self._rows = rows

    async def lock(self, contact_id: str, session: Session) -> Document:
        """Locks a contact within the caller's transaction and returns its row. Raises `NotFound`, and `Conflict` for a
        contact that is void or was erased."""
        for place in (contact_id, block_of(contact_id)):
            document = await self._contacts.find_one({"_id": place}, session=session)
            found = self._rows.opened([document]) if document else []
            row = next((row for row in found if row["_id"] == contact_id), None)
            if row is not None:
                expect_open(row)
                await self._contacts.update_one({"_id": place}, {"$inc": {"locks": 1}}, session=session)
                return row
        raise NotFound("there is no such contact")


def expect_open(row: Document) -> None:
    """Raises `Conflict` for a contact that is void or was erased."""
    if row.get("erased_at") is not None:
        raise Conflict("what was said in this contact has been erased: it stays as it is")
    if row["void"]:
        raise Conflict("this contact is void: record a new one")
