"""A hash chain of entries in a collection: each is hashed over the one before, so that none can be changed, taken out,
moved or put in unnoticed. With a key, nobody who has only the store can make the chain good again."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import BulkWriteError

from shared.storage.inserting import DUPLICATE_KEY
from shared.trail import BEFORE_THE_FIRST, Entry

Rows = AsyncIOMotorCollection[dict[str, Any]]
ASKED = 25
"""Numbers that are asked for at once."""
FIELDS = ("at", "who", "what", "details", "previous", "hash")
DIGITS = 12
"""Digits of a number in an id, so that ids are in the order of numbers."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that somebody did. `details` are codes and references."""

    at: str
    who: str
    what: str
    details: Mapping[str, Any]


class Chain:
    """A chain with a name shares its collection with others; the one without has whole numbers for ids."""

    def __init__(self, rows: Rows, key: bytes = b"", name: str = "") -> None:
        self._rows = rows
        self._key = key
        self.name = name
        self._newest: Entry | None = None

    async def add(self, facts: Sequence[Fact]) -> Sequence[Entry]:
        """Adds all of them, after whatever others add at the same time."""
        written: list[Entry] = []
        try:
            while len(written) < len(facts):
                written += await self._add(facts[len(written) :])
        except Exception:
            self._newest = None
            raise
        return written

    async def last(self, known: int = 0) -> Entry | None:
        """Returns the last entry after that of number `known`, if there is one. Asks for ids, of which no other
        question is as cheap to the embedded store: for numbers ever further away, then for those between."""
        found, there, absent = None, known, 0
        while absent != there + 1:
            numbers = range(there + 1, absent, -(-(absent - there) // ASKED)) if absent else _ever_further(there)
            rows = self._rows.find({"_id": {"$in": [id_of(self.name, number) for number in numbers]}})
            entries = {entry.number: entry async for row in rows if (entry := entry_of(row))}
            if entries:
                there = max(entries)
                found = entries[there]
            absent = min((number for number in numbers if number > there), default=absent)
        return found

    async def hash_of(self, number: int) -> str | None:
        row = await self._rows.find_one({"_id": id_of(self.name, number)}, {"hash": 1})
        return row["hash"] if row else None

    async def _add(self, facts: Sequence[Fact]) -> list[Entry]:
        """Returns those that were written before somebody else's entry was found in the way."""
        linked = self._linked(self._newest or await self.last(), facts)
        try:
            await self._rows.insert_many([_row_of(entry) for entry in linked])
        except BulkWriteError as error:
            failures = (error.details or {}).get("writeErrors", [])
            if not failures or failures[0]["code"] != DUPLICATE_KEY:
                raise
            self._newest = None
            return linked[: failures[0]["index"]]
        self._newest = linked[-1]
        return linked

    def _linked(self, last: Entry | None, facts: Sequence[Fact]) -> list[Entry]:
        number, previous = (last.number, last.hash) if last else (0, start_of(self.name))
        linked = []
        for fact in facts:
            number += 1
            unsealed = Entry(number, fact.at, fact.who, fact.what, fact.details, previous, "", self.name)
            previous = hash_of(unsealed, self._key)
            linked.append(replace(unsealed, hash=previous))
        return linked


def _ever_further(there: int) -> list[int]:
    return [there + (1 << step) for step in range(ASKED)]


def id_of(chain: str, number: int) -> int | str:
    return f"{chain}:{number:0{DIGITS}}" if chain else number


def start_of(chain: str) -> str:
    """Returns the hash that the first entry of a chain is linked to, which binds its entries to its name."""
    return hashlib.sha256(chain.encode()).hexdigest() if chain else BEFORE_THE_FIRST


def hash_of(entry: Entry, key: bytes) -> str:
    fields = [entry.number, entry.at, entry.who, entry.what, entry.details, entry.previous]
    fields += [entry.chain] if entry.chain else []
    said = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS, default=str)
    return hmac.digest(key, said, "sha256").hex() if key else hashlib.sha256(said).hexdigest()


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Returns the entry of a row, also of one that somebody else put there in some other form: its hash is wrong."""
    chain, number = "", row["_id"]
    if isinstance(number, str):
        chain, _, digits = number.rpartition(":")
        number = int(digits) if digits.isdecimal() else 0
    said: dict[str, Any] = {name: row.get(name) for name in FIELDS}
    return Entry(number, **said, chain=chain)


def _row_of(entry: Entry) -> dict[str, Any]:
    return {"_id": id_of(entry.chain, entry.number), **{name: getattr(entry, name) for name in FIELDS}}
