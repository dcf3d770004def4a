"""Letters that were registered not long ago, in MongoDB: one document for each event that told of them."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from services.intake.register.letter import RegisteredLetter
from services.intake.register.repository import MongoRegister
from shared.storage.inserting import insert_new
from shared.storage.store import Indexes, Store

REGISTRATIONS = Indexes("registrations", (IndexModel([("noted_at", ASCENDING)]),))


class MongoLateLetters:
    def __init__(self, store: Store, register: MongoRegister) -> None:
        self._registrations = store["registrations"]
        self._register = register

    async def note(self, cause: str, letters: Sequence[RegisteredLetter], at: datetime) -> None:
        references = [letter.reference for letter in letters]
        await insert_new(self._registrations, [{"_id": cause, "letters": references, "noted_at": at}])

    async def oldest(self, before: datetime, now: datetime) -> tuple[str, Sequence[RegisteredLetter]] | None:
        row = await self._registrations.find_one({"noted_at": {"$lt": before}}, sort=[("noted_at", ASCENDING)])
        if row is None:
            return None
        await self._registrations.update_one({"_id": row["_id"]}, {"$set": {"noted_at": now}})
        return row["_id"], list((await self._register.letters(row["letters"])).values())

    async def forget(self, cause: str) -> None:
        await self._registrations.delete_one({"_id": cause})
