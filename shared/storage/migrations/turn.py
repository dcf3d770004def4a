"""The turn of the one runner: a lease with an epoch, which every batch of the runner's names in its transaction."""

import asyncio
import platform
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.errors import Unavailable
from shared.identifiers import new_id
from shared.storage.migrations.structure import RECORDS
from shared.storage.server_time import ServerTime

TURN = "turn"
LASTS = timedelta(seconds=30)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
T = TypeVar("T")


class TurnLost(Unavailable):
    """Another runner has begun, since nothing was heard of this one for too long."""


class Turn:
    """Goes by the store's time, whatever the clocks of machines say."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._time = ServerTime(database)
        self._records = database[RECORDS]
        self._owner = f"{platform.node()} {new_id()}"
        self._epoch = 0

    async def take(self) -> str | None:
        """Takes the turn if it is free. Returns None, or the holder's name if it is not."""
        now = await self._time.now()
        ours = {"owner": self._owner, "until": now + LASTS, "since": now}
        taken = await self._records.find_one_and_update(
            {"_id": TURN, "until": {"$lt": now}},
            {"$set": ours, "$inc": {"epoch": 1}},
            return_document=ReturnDocument.AFTER,
        )
        if taken is None:
            try:
                taken = ours | {"epoch": 1}
                await self._records.insert_one({"_id": TURN, **taken})
            except DuplicateKeyError:
                holder = await self._records.find_one({"_id": TURN}) or {}
                return f"{holder.get('owner', 'another runner')}, since {holder.get('since', now):%Y-%m-%d %H:%M:%S}"
        self._epoch = taken["epoch"]
        return None

    async def holding(self, work: Coroutine[Any, Any, T]) -> T:
        """Does the work and renews the turn meanwhile. Raises `TurnLost`, with the work cut off."""
        working, keeping = asyncio.create_task(work), asyncio.create_task(self._keep())
        try:
            await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                await keeping
            return await working
        finally:
            working.cancel()
            keeping.cancel()
            await asyncio.gather(working, keeping, return_exceptions=True)

    async def expect(self, session: AsyncIOMotorClientSession) -> None:
        """Part of each batch's transaction: it is not committed by a runner whose turn is over. Raises `TurnLost`."""
        await self._renew(session)

    async def release(self) -> None:
        await self._records.update_one(self._mine, {"$set": {"until": LONG_AGO}})

    @property
    def _mine(self) -> dict[str, Any]:
        return {"_id": TURN, "owner": self._owner, "epoch": self._epoch}

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LASTS.total_seconds() / 4)
            await self._renew()

    async def _renew(self, session: AsyncIOMotorClientSession | None = None) -> None:
        until = {"until": await self._time.now() + LASTS}
        if not (await self._records.update_one(self._mine, {"$set": until}, session=session)).matched_count:
            raise TurnLost("another runner has taken over: it goes on from where this one was")
