"""Walks through all entries of a collection in the order of their ids, page by page.

A page is asked for between two ends. Every store reads the part of an index that lies between them; the embedded store
reads all that there is where a question has one end alone, whatever its limit. The ends are only where to look: what
lies between two of them is found, whether it was expected or not.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from bson import ObjectId
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel, UpdateOne

from shared.storage.audit.chain import Chain, Rows, entry_of, id_of
from shared.trail import Entry

PAGE = 5_000
"""Entries read at once."""
BY_PLACE = IndexModel([("_id", ASCENDING), ("at", ASCENDING)])
"""Index of ids that is no index of ids alone, of which the embedded store reads no part."""
Part = Mapping[str, Any]
NUMBERS: Part = {"$gte": float("-inf"), "$lte": float("inf")}
TEXTS: Part = {"$gte": ""}
KINDS: Sequence[Part] = (
    NUMBERS,
    TEXTS,
    {"$gte": b""},
    {"$gte": ObjectId(bytes(12))},
    {"$gte": False},
    {"$gte": datetime(1, 1, 1, tzinfo=UTC)},
    {"$in": [None, float("nan")]},
)
"""Questions for ids of each kind: a bound finds no id of another."""
Place = int | str


class Ends(Protocol):
    """Where pages end, of ids of one `kind`."""

    kind: Part

    async def after(self, place: Place | None) -> Place | None:
        """Returns the end of the page that begins after that place; None where nothing more is expected."""
        ...


class NumberEnds:
    """Ends of pages of the main chain, whose ids are whole numbers."""

    kind = NUMBERS

    def __init__(self, main: Rows) -> None:
        self._main = Chain(main)
        self._last: int | None = None

    async def after(self, place: Place | None) -> Place | None:
        begun = int(place or 0)
        if self._last is None:
            last = await self._main.last(begun)
            self._last = last.number if last else begun
        return min(begun + PAGE, self._last) if begun < self._last else None


class ChainEnds:
    """Ends of pages of chains that share a collection, by the length of each as its last seal says it. There is a row
    for each chain that ever was, so one for each process that wrote."""

    kind = TEXTS

    def __init__(self, chains: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._chains = chains

    async def after(self, place: Place | None) -> Place | None:
        begun, left = entry_of({"_id": place or ""}), PAGE
        async for row in self._chains.find({"_id": {"$gte": begun.chain}}).sort("_id", ASCENDING):
            before = begun.number if row["_id"] == begun.chain else 0
            if row["last"] - before >= left:
                return id_of(row["_id"], before + left)
            left -= max(row["last"] - before, 0)
        return None

    async def note(self, lengths: Mapping[str, int]) -> None:
        """Notes how long chains are at least."""
        if lengths:
            notes = [UpdateOne({"_id": name}, {"$max": {"last": last}}, upsert=True) for name, last in lengths.items()]
            await self._chains.bulk_write(notes, ordered=False)


async def in_order(rows: Rows, after: Place | None, ends: Ends) -> AsyncIterator[Entry]:
    """Yields the entries after that id, None being before all. In the end comes one whose id is of another kind, if
    there is any."""
    while True:
        end = await ends.after(after)
        part = {"$gte": ends.kind["$gte"]} if after is None else {"$gt": after}
        part |= {} if end is None else {"$lte": end}
        page = await rows.find({"_id": part}).sort("_id", ASCENDING).limit(PAGE).to_list(None)
        for row in page:
            yield entry_of(row)
        if len(page) < PAGE and end is None:
            break
        after = page[-1]["_id"] if len(page) == PAGE else end
    others = (rows.find_one({"_id": other}) for other in KINDS if other is not ends.kind)
    for beside in filter(None, await asyncio.gather(*others)):
        yield entry_of(beside)
