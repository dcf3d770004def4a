"""An append-only trail of who did what: each entry is hashed over the one before, so that none can be changed, taken
out or put in unnoticed. With a key, nobody who has only the store can make the chain good again."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

import orjson
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import BulkWriteError

from shared.storage.inserting import DUPLICATE_KEY
from shared.trail import BEFORE_THE_FIRST, Entry, Verified

TOGETHER = 500
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that somebody did. `details` are codes and references."""

    at: str
    who: str
    what: str
    details: Mapping[str, Any]


class MongoAuditTrail:
    INDEXES: ClassVar[tuple[IndexModel, ...]] = (IndexModel("details.about"),)

    def __init__(self, entries: AsyncIOMotorCollection[dict[str, Any]], key: bytes = b"") -> None:
        self._entries = entries
        self._key = key
        self._newest: Entry | None = None
        self._waiting: list[tuple[Fact, asyncio.Future[Entry]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def append(self, at: datetime, who: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Add an entry at the end; whoever appends at the same time comes before or after it.

        What is appended while a write is under way goes together with the next, so that many at once cost little.
        """
        added: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
        self._waiting.append((Fact(at.isoformat(), who, what, details), added))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await added

    async def entries(self, after: float = 0) -> AsyncIterator[Entry]:
        """In order, from the one after that number; page by page, so that a long trail may take its time."""
        while True:
            page = [row async for row in self._entries.find({"_id": {"$gt": after}}).sort("_id", ASCENDING).limit(PAGE)]
            for row in page:
                yield _entry(row)
            if len(page) < PAGE:
                return
            after = page[-1]["_id"]

    async def about(self, keys: Sequence[str], most: int = 10_000) -> list[Entry]:
        """Returns the entries whose details name one of `keys` in their `about`, oldest first."""
        rows = self._entries.find({"details.about": {"$in": list(keys)}}).sort("_id", ASCENDING).limit(most)
        return [_entry(row) async for row in rows]

    async def seen_by(self, keys: Sequence[str]) -> list[dict[str, str]]:
        """Returns the actions about one of `keys`, with actor and time, as a customer is told."""
        return [{"at": entry.at, "who": entry.who, "what": entry.what} for entry in await self.about(keys)]

    async def first_broken(self) -> int | None:
        """The number of the first entry that is not as it was written, or that has one missing before it."""
        return (await self.verified()).first_broken

    async def verified(self, after: int = 0, link: str = BEFORE_THE_FIRST, most: int | None = None) -> Verified:
        """The trail after the entry of number `after`, whose hash is `link`: the next `most`, or all up to the end."""
        previous, number = link, after
        async for entry in self.entries(after=after or float("-inf")):
            if number - after == most:
                return Verified(number, None, previous, ended=False)
            if (entry.number, entry.previous, entry.hash) != (number + 1, previous, self._hash(entry)):
                return Verified(number, number + 1, previous)
            previous, number = entry.hash, number + 1
        return Verified(number, None, previous)

    async def hash_of(self, number: int) -> str | None:
        """Returns the hash of one entry, to compare with a note kept elsewhere; None if there is none."""
        row = await self._entries.find_one({"_id": number}, {"hash": 1})
        return row["hash"] if row else None

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            try:
                written = await self._add([fact for fact, _ in batch])
            except Exception as error:
                self._newest = None
                for _, added in batch:
                    if not added.done():
                        added.set_exception(error)
                continue
            for (_, added), entry in zip(batch, written, strict=True):
                if not added.done():  # else its caller has gone
                    added.set_result(entry)

    async def _add(self, facts: Sequence[Fact]) -> Sequence[Entry]:
        """All of them, after whatever others add at the same time."""
        written: list[Entry] = []
        while len(written) < len(facts):
            newest = self._newest or await self._last()
            chain = self._chain(newest, facts[len(written) :])
            try:
                await self._entries.insert_many([_document(entry) for entry in chain])
            except BulkWriteError as error:
                failures = (error.details or {}).get("writeErrors", [])
                if not failures or failures[0]["code"] != DUPLICATE_KEY:
                    raise
                chain = chain[: failures[0]["index"]]
                self._newest = None
            else:
                self._newest = chain[-1]
            written += chain
        return written

    async def _last(self) -> Entry | None:
        row = await self._entries.find_one({}, sort=[("_id", DESCENDING)])
        return _entry(row) if row else None

    def _chain(self, last: Entry | None, facts: Sequence[Fact]) -> list[Entry]:
        first, previous = (last.number + 1, last.hash) if last else (1, BEFORE_THE_FIRST)
        chain = []
        for number, fact in enumerate(facts, start=first):
            unsealed = Entry(number, fact.at, fact.who, fact.what, fact.details, previous, "")
            previous = self._hash(unsealed)
            chain.append(replace(unsealed, hash=previous))
        return chain

    def _hash(self, entry: Entry) -> str:
        said = orjson.dumps(
            [entry.number, entry.at, entry.who, entry.what, entry.details, entry.previous], option=orjson.OPT_SORT_KEYS
        )
        return hmac.new(self._key, said, hashlib.sha256).hexdigest() if self._key else hashlib.sha256(said).hexdigest()


def _document(entry: Entry) -> dict[str, Any]:
    fields = asdict(entry)
    return {"_id": fields.pop("number"), **fields}


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(row["_id"], row["at"], row["who"], row["what"], row["details"], row["previous"], row["hash"])
