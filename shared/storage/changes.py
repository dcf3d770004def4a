"""A number by which a process knows that what it remembers of a collection is still so, without reading it again."""

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from shared.storage.common import CHANGES
from shared.storage.store import Store
from shared.storage.upserting import keep_newest

T = TypeVar("T")
OLDEST_SECONDS = 60.0
"""Time after which all is read again though the number is the same: a writer may have died before it counted."""


class Changes:
    """Count of the changes of the collection `name`. Whoever changes it counts afterwards, also where a repetition has
    changed nothing."""

    def __init__(self, store: Store, name: str) -> None:
        self._counts = store[CHANGES.collection]
        self._name = name

    async def count(self) -> None:
        change = {"$inc": {"number": 1}}
        await keep_newest(lambda: self._counts.update_one({"_id": self._name}, change, upsert=True))

    async def number(self) -> int:
        row = await self._counts.find_one({"_id": self._name})
        return int(row["number"]) if row else 0


class Remembered(Generic[T]):
    """Memory of what `read` found, until the number of changes is another: looked at again after `fresh` seconds."""

    def __init__(self, changes: Changes, read: Callable[[], Awaitable[T]], fresh: float = 0.0) -> None:
        self._changes = changes
        self._read = read
        self._fresh = fresh
        self._found: tuple[int, float, T] | None = None
        self._looked_at = float("-inf")

    async def get(self) -> T:
        now = time.monotonic()
        if self._found and now < self._looked_at + self._fresh:
            return self._found[2]
        number = await self._changes.number()  # before what it counts is read
        if self._found is None or self._found[0] != number or now >= self._found[1] + OLDEST_SECONDS:
            self._found = (number, now, await self._read())
        self._looked_at = now
        return self._found[2]

    async def changed(self) -> None:
        """Counts a change that was made here, and lets the next question look."""
        await self._changes.count()
        self._looked_at = float("-inf")
