"""Notes of teams in MongoDB: within what is personal of the record that they are about, so that they are encrypted,
shown to the customer and erased with it."""

from typing import Literal

from services.intake.work_list import MOST_NOTES, Note
from shared.errors import Conflict, NotFound, Stale
from shared.protection import Cipher
from shared.storage.store import Store

TRIES = 5
"""Notes are written one after the other; after so many that others wrote at the same moment it is `Stale`."""


class MongoNotes:
    def __init__(self, store: Store, cipher: Cipher) -> None:
        self._store = store
        self._cipher = cipher

    async def add(self, kind: Literal["referrals", "disclosures"], identifier: str, note: Note) -> None:
        """Adds a note to an open referral or disclosure; the same one again changes nothing. Raises `NotFound`,
        `Conflict` for one that is finished or has too many, and `Stale`."""
        for _ in range(TRIES):
            row = await self._store[kind].find_one({"_id": identifier})
            if row is None:
                raise NotFound("there is nothing here to write a note about")
            said = self._cipher.decrypt(row["personal"], f"{kind}.personal:{identifier}")
            notes = said.get("notes", [])
            if any(each["id"] == note.id for each in notes):
                return
            if not row["open"]:
                raise Conflict("this is finished: nothing can be added to it")
            if len(notes) >= MOST_NOTES:
                raise Conflict(f"at most {MOST_NOTES} notes are kept")
            changed = said | {"notes": [*notes, note.model_dump(mode="json")]}
            personal = self._cipher.encrypt(changed, f"{kind}.personal:{identifier}")
            as_read = {"_id": identifier, "open": True, "personal": row["personal"]}
            if (await self._store[kind].update_one(as_read, {"$set": {"personal": personal}})).matched_count:
                return
        raise Stale("others write notes here at the same moment: try again")
