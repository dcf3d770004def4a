"""An append-only trail of who did what: each entry is hashed over the one before, so that none can be changed or
taken out unnoticed."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """`number` counts from 1; `details` are codes and references."""

    number: int
    at: str
    who: str
    what: str
    details: Mapping[str, Any]
    previous: str
    hash: str


class AuditTrail:
    def __init__(self, entries: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._entries = entries

    async def append(self, at: datetime, who: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Add an entry at the end; whoever appends at the same time comes before or after it."""
        while True:
            last = await self._entries.find_one({}, sort=[("_id", DESCENDING)])
            entry = _next(last, at.isoformat(), who, what, details)
            try:
                await self._entries.insert_one(_document(entry))
            except DuplicateKeyError:
                continue
            return entry

    async def entries(self) -> AsyncIterator[Entry]:
        async for row in self._entries.find({}).sort("_id", ASCENDING):
            yield Entry(row["_id"], row["at"], row["who"], row["what"], row["details"], row["previous"], row["hash"])

    async def first_broken(self) -> int | None:
        """The number of the first entry that is not as it was written, or that has one missing before it."""
        previous, number = BEFORE_THE_FIRST, 0
        async for entry in self.entries():
            number += 1
            if (entry.number, entry.previous, entry.hash) != (number, previous, _hash(entry)):
                return number
            previous = entry.hash
        return None


def _next(last: Mapping[str, Any] | None, at: str, who: str, what: str, details: Mapping[str, Any]) -> Entry:
    number, previous = (last["_id"] + 1, last["hash"]) if last else (1, BEFORE_THE_FIRST)
    unsealed = Entry(number, at, who, what, details, previous, "")
    return Entry(number, at, who, what, details, previous, _hash(unsealed))


def _hash(entry: Entry) -> str:
    said = [entry.number, entry.at, entry.who, entry.what, entry.details, entry.previous]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _document(entry: Entry) -> dict[str, Any]:
    return {
        "_id": entry.number,
        "at": entry.at,
        "who": entry.who,
        "what": entry.what,
        "details": dict(entry.details),
        "previous": entry.previous,
        "hash": entry.hash,
    }
