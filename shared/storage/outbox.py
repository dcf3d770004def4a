"""Events that were stored with the state they tell of, and wait to be said."""

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, ClassVar

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel

from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.identifiers import new_id
from shared.messaging.envelope import Envelope, sealed
from shared.messaging.relay import Backlog, Waiting

URGENT, ORDINARY, ASIDE = "0", "1", "2"
"""Lanes: the first character of `order`, so that one index serves them all. In `ASIDE` the time of the next try
follows, in the others the time of storing."""
MOST_ASIDE_SECONDS = 60.0
URGENT_ASIDE_SECONDS = 5.0
ASIDE_LOOKED_AT = 1_000
FRESH = 100
"""Urgent rows of this process that wait to be said without a question to the store; more are found there."""
_counter = itertools.count()
_NAMES = tuple(field.name for field in fields(Envelope))
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that waits aside, of events of these `types` and `ids`: stored at `stored`, refused `tries` times for
    `reason`, tried again at `next_try`."""

    types: tuple[str, ...]
    ids: tuple[str, ...]
    tries: int
    reason: str
    stored: datetime
    next_try: datetime


class Outbox:
    """One row for all that a commit says. Rows are kept only until they are said, so the oldest are found at once."""

    INDEXES: ClassVar[tuple[IndexModel, ...]] = (IndexModel([("order", ASCENDING)]),)

    def __init__(self, rows: AsyncIOMotorCollection[Row]) -> None:
        self._rows = rows
        self._news = asyncio.Event()
        self._fresh: deque[Waiting] = deque(maxlen=FRESH)
        self._fresh_came = asyncio.Event()

    async def add(self, events: Sequence[Event[Contract]], session: AsyncIOMotorClientSession) -> Waiting | None:
        """Within the caller's transaction. Returns what is to be said once that is committed, for `committed`. Raises
        `TooLarge` for an event that nobody would take."""
        if not events:
            return None
        lane = URGENT if any(event.data.urgent for event in events) else ORDINARY
        envelopes = [_fields(sealed(event)) for event in events]
        row = {"_id": new_id(), "order": _order(lane, time.time_ns()), "envelopes": envelopes}
        await self._rows.insert_one(row, session=session)
        return _as_waiting(row)

    async def oldest(self, limit: int) -> list[Waiting]:
        """Returns rows that wait for their first try: urgent rows, then the others, each in the order of storing."""
        return await self._waiting({"$lt": ASIDE}, limit)

    async def overdue(self, limit: int) -> list[Waiting]:
        """Returns rows that were set aside and are due for another try."""
        return await self._waiting({"$gte": ASIDE, "$lt": f"{ASIDE}-{time.time_ns():020d}"}, limit)

    async def forget(self, said: Sequence[Waiting]) -> None:
        await self._rows.delete_many({"_id": {"$in": [row.id for row in said]}})

    async def set_aside(self, row: Waiting, reason: str) -> None:
        """Let the rest overtake it. It is tried again after 1 s, then 2 s and so on up to a minute; urgent ones 5 s."""
        longest = URGENT_ASIDE_SECONDS if row.urgent else MOST_ASIDE_SECONDS
        order = _order(ASIDE, time.time_ns() + round(min(2.0**row.tries, longest) * 1e9))
        change = {"$set": {"order": order, "reason": reason, "urgent": row.urgent, "stored": row.stored},
                  "$inc": {"tries": 1}}  # fmt: skip
        await self._rows.update_one({"_id": row.id}, change)

    async def keep_aside(self, envelope: Envelope, reason: str) -> None:
        """Keep what a handler could not say, to be tried again as if it had been set aside."""
        now = time.time_ns()
        row = {"_id": new_id(), "order": _order(ASIDE, now + round(1e9)), "envelopes": [_fields(envelope)]}
        await self._rows.insert_one({**row, "tries": 1, "reason": reason, "urgent": False, "stored": now})

    async def aside(self, limit: int = ASIDE_LOOKED_AT) -> list[Aside]:
        """Returns rows that wait aside, those that are due first ahead."""
        rows = self._rows.find({"order": {"$gte": ASIDE}}).sort("order", ASCENDING).limit(limit)
        return [_as_aside(row) async for row in rows]

    async def retry(self) -> int:
        """Lets all that waits aside be tried at once. Returns how many rows that is."""
        now = _order(ASIDE, 0)
        return (await self._rows.update_many({"order": {"$gte": ASIDE}}, {"$set": {"order": now}})).matched_count

    async def depth(self) -> int:
        return await self._rows.count_documents({})

    async def backlog(self) -> Backlog:
        waiting = self._rows.find({"order": {"$gte": ASIDE}}, {"stored": 1}).limit(ASIDE_LOOKED_AT)
        aside = [int(row["stored"]) async for row in waiting]
        firsts = [await self._first_of(lane) for lane in (URGENT, ORDINARY)]
        stored = [*aside, *(_stored(first) for first in firsts if first)]
        oldest = _moment(min(stored)) if stored else None
        return Backlog(await self._rows.estimated_document_count(), len(aside), oldest)

    async def flowing(self) -> None:
        """Raises `Unavailable` while something waits aside, with the broker's reason."""
        row = await self._rows.find_one({"order": {"$gte": ASIDE}})
        if row is not None:
            types = sorted({envelope["type"] for envelope in row["envelopes"]})
            raise Unavailable(f"{', '.join(types)} waits aside after {row['tries']} tries: {row['reason']}")

    def committed(self, row: Waiting) -> None:
        """Tell the relays of this process what there is to say: an urgent row goes by a lane of its own."""
        if row.urgent:
            self._fresh.append(row)
            self._fresh_came.set()
        else:
            self._news.set()

    async def news(self) -> None:
        """Return when something was added in this process since the last call, and is not urgent."""
        await self._news.wait()
        self._news.clear()

    def fresh(self) -> list[Waiting]:
        """Returns the urgent rows that this process has committed since the last call."""
        fresh = list(self._fresh)
        self._fresh.clear()
        return fresh

    async def urgent_news(self) -> None:
        """Return when there may be something in `fresh`."""
        await self._fresh_came.wait()
        self._fresh_came.clear()

    async def _first_of(self, lane: str) -> Row | None:
        in_lane = {"order": {"$gte": lane, "$lt": chr(ord(lane) + 1)}}
        found: Row | None = await self._rows.find_one(in_lane, {"order": 1}, sort=[("order", ASCENDING)])
        return found

    async def _waiting(self, order: dict[str, str], limit: int) -> list[Waiting]:
        found = list[Waiting]()
        async for row in self._rows.find({"order": order}).sort("order", ASCENDING).limit(limit):
            try:
                found.append(_as_waiting(row))
            except TypeError:  # another version wrote it
                bare = Waiting(row["_id"], (), row.get("tries", 0), stored=_stored(row))
                await self.set_aside(bare, "this version cannot read it")
        return found


def _as_waiting(row: Row) -> Waiting:
    return Waiting(
        row["_id"],
        tuple(Envelope(**envelope) for envelope in row["envelopes"]),
        tries=row.get("tries", 0),
        urgent=row.get("urgent", row["order"].startswith(URGENT)),
        stored=_stored(row),
    )


def _as_aside(row: Row) -> Aside:
    return Aside(
        types=tuple(sorted({envelope["type"] for envelope in row["envelopes"]})),
        ids=tuple(envelope["id"] for envelope in row["envelopes"]),
        tries=row["tries"],
        reason=row["reason"],
        stored=_moment(_stored(row)),
        next_try=_moment(int(row["order"].split("-")[1])),
    )


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)


def _stored(row: Row) -> int:
    """Nanoseconds since 1970 at which the row was stored."""
    return int(row["stored"]) if "stored" in row else int(row["order"].split("-")[1])


def _fields(envelope: Envelope) -> Row:
    return {name: getattr(envelope, name) for name in _NAMES}


def _order(lane: str, nanoseconds: int) -> str:
    """In the order of time by the clock of the machine, then as this process counted."""
    return f"{lane}-{nanoseconds:020d}-{next(_counter):010d}"
