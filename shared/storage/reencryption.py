"""Bringing what is encrypted under the new key after a rotation: bit by bit, and from where it was after a crash.

Nothing is unreadable meanwhile, for each value says which key opens it, and it is replaced only if it has not changed.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import ASCENDING, UpdateOne

from shared.clock import Clock
from shared.protection import Cipher, key_of
from shared.storage.store import Document, Store

TOGETHER = 500
SETTLES = timedelta(seconds=5)
"""After a rotation, until which a replica may not have heard of it: what it encrypts is looked for again."""


@dataclass(frozen=True, slots=True)
class EncryptedField:
    """A field of a collection that holds an encrypted value. `place` makes its place from `needs` and the `_id`.

    `together`: so many documents are read at once."""

    collection: str
    field: str
    place: Callable[[Document], str] | None = None
    needs: tuple[str, ...] = ()
    together: int = TOGETHER

    @property
    def name(self) -> str:
        return f"{self.collection}.{self.field}"

    def place_of(self, row: Document) -> str:
        return self.place(row) if self.place else f"{self.name}:{row['_id']}"


class ReEncryption:
    def __init__(self, store: Store, cipher: Cipher, clock: Clock, fields: Sequence[EncryptedField]) -> None:
        self._store = store
        self.cipher = cipher
        self._clock = clock
        self._fields = fields
        self._passes = store["reencryption"]

    async def step(self) -> bool:
        """One batch of one field. As a job does it: whether there was something to do."""
        for field in self._fields:
            state = await self._state(field)
            if not state["done"]:
                return await self._batch(field, state)
        return False

    async def progress(self) -> dict[str, Any]:
        """The current key, and of each field how many values were brought under it and whether that is all."""
        states = {field.name: await self._state(field) for field in self._fields}
        return {
            "current": self.cipher.current,
            "done": all(state["done"] for state in states.values()),
            "fields": {name: {"moved": state["moved"], "done": state["done"]} for name, state in states.items()},
        }

    async def under(self, key: str) -> int:
        """How many values are encrypted with that key, counted now from the store."""
        count = 0
        for field in self._fields:
            async for rows in self._pages(field, None):
                count += sum(key_of(row[field.field]) == key for row in rows if row.get(field.field))
        return count

    async def _batch(self, field: EncryptedField, state: Document) -> bool:
        rows = await self._page(field, state["after"])
        if not rows:
            return await self._pass_ends(field, state)
        moves = [move for row in rows if (move := self._move(field, row))]
        if moves:
            await self._store[field.collection].bulk_write(moves, ordered=False)
        counts = {"moved": len(moves), "moved_in_pass": len(moves)}
        await self._passes.update_one(
            {"_id": field.name, "key": state["key"]}, {"$set": {"after": rows[-1]["_id"]}, "$inc": counts}
        )
        return True

    def _move(self, field: EncryptedField, row: Document) -> UpdateOne | None:
        sealed = row.get(field.field)
        if not sealed or key_of(sealed) == self.cipher.current:
            return None
        moved = self.cipher.moved(sealed, field.place_of(row))
        return UpdateOne({"_id": row["_id"], field.field: sealed}, {"$set": {field.field: moved}})

    async def _pass_ends(self, field: EncryptedField, state: Document) -> bool:
        """Over it goes again, until a whole pass that began late enough finds nothing."""
        settled = state["began"] - state["since"] >= SETTLES
        done = settled and not state["moved_in_pass"]
        again = {"after": None, "moved_in_pass": 0, "began": self._clock.now(), "done": done}
        await self._passes.update_one({"_id": field.name, "key": state["key"]}, {"$set": again})
        return bool(settled)

    async def _state(self, field: EncryptedField) -> Document:
        """Where the field is on the way to the current key."""
        current, now = self.cipher.current, self._clock.now()
        state = await self._passes.find_one({"_id": field.name})
        if state is None or state["key"] != current:
            state = {
                "_id": field.name, "key": current, "since": now, "began": now, "after": None,
                "moved": 0, "moved_in_pass": 0, "done": False,
            }  # fmt: skip
            await self._passes.replace_one({"_id": field.name}, state, upsert=True)
        return state

    async def _pages(self, field: EncryptedField, after: Any) -> AsyncIterator[list[Document]]:
        while rows := await self._page(field, after):
            yield rows
            after = rows[-1]["_id"]

    async def _page(self, field: EncryptedField, after: Any) -> list[Document]:
        wanted = dict.fromkeys((field.field, *field.needs), 1)
        from_there = {"_id": {"$gt": after}} if after is not None else {}
        found = self._store[field.collection].find(from_there, wanted).sort("_id", ASCENDING).limit(field.together)
        return [row async for row in found]
