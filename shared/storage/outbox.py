"""Events that were stored with the state they tell of, and wait to be said."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, ClassVar

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel

from shared.contracts.base import Contract
from shared.events import Event
from shared.identifiers import new_id
from shared.messaging.envelope import Envelope, sealed
from shared.messaging.relay import Waiting

_counter = itertools.count()
_NAMES = tuple(field.name for field in fields(Envelope))


class Outbox:
    """One row for all that a commit says. Rows are kept only until they are said, so the oldest are found at once."""

    INDEXES: ClassVar[tuple[IndexModel, ...]] = (IndexModel([("order", ASCENDING)]),)

    def __init__(self, rows: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._rows = rows
        self._news = asyncio.Event()

    async def add(self, events: Sequence[Event[Contract]], session: AsyncIOMotorClientSession) -> None:
        """Within the caller's transaction."""
        if events:
            envelopes = [_fields(sealed(event)) for event in events]
            await self._rows.insert_one({"_id": new_id(), "order": _order(), "envelopes": envelopes}, session=session)

    async def oldest(self, limit: int) -> list[Waiting]:
        rows = self._rows.find({}).sort("order", ASCENDING).limit(limit)
        return [Waiting(row["_id"], tuple(Envelope(**e) for e in row["envelopes"])) async for row in rows]

    async def forget(self, said: Sequence[Waiting]) -> None:
        await self._rows.delete_many({"_id": {"$in": [row.id for row in said]}})

    async def depth(self) -> int:
        return await self._rows.count_documents({})

    def wake(self) -> None:
        """Tell a relay in this process that there is something to say."""
        self._news.set()

    async def news(self) -> None:
        """Return when something was added in this process since the last call."""
        await self._news.wait()
        self._news.clear()


def _fields(envelope: Envelope) -> dict[str, Any]:
    return {name: getattr(envelope, name) for name in _NAMES}


def _order() -> str:
    """In the order of writing: by the clock of the machine, then as this process counted."""
    return f"{time.time_ns():020d}-{next(_counter):010d}"
