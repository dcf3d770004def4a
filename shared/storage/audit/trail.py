"""The audit trail of a service: a chain for each process that writes, so that processes are never in each other's way,
and a main chain of seals over all of them. A trail from before there were seals is the beginning of the main chain."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry
from pymongo import ASCENDING, IndexModel

from shared.clock import Clock, SystemClock
from shared.identifiers import new_id
from shared.storage.audit.chain import Chain, Fact, entry_of
from shared.storage.audit.looking import SEALED, chains_verified, main_verified
from shared.storage.audit.sealing import Sealing, seals_counted
from shared.storage.audit.walking import BY_PLACE, ChainEnds, NumberEnds, in_order
from shared.storage.schema import Indexes
from shared.storage.store import Store
from shared.trail import BEFORE_THE_FIRST, Entry, Verified

MAIN, WRITTEN, GROWING, CHAINS = "audit", "audit_written", "audit_growing", "audit_chains"
"""Collections of the seals and of what was written before there were any; of the chains of all processes; of the names
of those that may grow; and of how long each was at its last seal."""
ABOUT, BY_TIME = IndexModel("details.about"), IndexModel([("at", ASCENDING), ("_id", ASCENDING)])
AUDIT = (
    Indexes(MAIN, (ABOUT, BY_PLACE)),
    Indexes(WRITTEN, (ABOUT, BY_TIME, BY_PLACE)),
    Indexes(GROWING),
    Indexes(CHAINS),
)
TOGETHER = 500
SAY_EVERY = 60.0
"""Seconds between two words of a process that its chain may still grow, while it does."""


class MongoAuditTrail:
    """Trail of a service, as one of its processes writes and reads it."""

    def __init__(
        self, store: Store, key: bytes = b"", clock: Clock | None = None, registry: CollectorRegistry | None = None
    ) -> None:
        self._main, self._written, self._key = store[MAIN], store[WRITTEN], key
        self._chain, self._seals = Chain(self._written, key, new_id()), Chain(self._main, key)
        self._ends = ChainEnds(store[CHAINS])
        self._sealing = Sealing(self._seals, self._written, store[GROWING], self._ends, clock or SystemClock())
        self._sealed = seals_counted(registry)
        self._said = float("-inf")
        self._waiting: list[tuple[Fact, asyncio.Future[Entry]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def append(self, at: datetime, who: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Adds an entry at the end of this process's chain.

        What is appended while a write is under way goes together with the next, so that many at once cost little.
        """
        added: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
        self._waiting.append((Fact(at.isoformat(), who, what, details), added))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await added

    async def entries(self) -> AsyncIterator[Entry]:
        """Yields what was written before there were seals, then the chains of all processes one after the other."""
        async for entry in in_order(self._main, None, NumberEnds(self._main)):
            if entry.what != SEALED:
                yield entry
        async for entry in in_order(self._written, None, self._ends):
            yield entry

    async def about(self, keys: Sequence[str], most: int = 10_000) -> list[Entry]:
        """Returns the entries whose details name one of `keys` in their `about`, oldest first."""
        named = {"details.about": {"$in": list(keys)}}
        rows = [row for each in (self._main, self._written) async for row in each.find(named).limit(most)]
        return sorted(map(entry_of, rows), key=lambda entry: (entry.at, entry.chain, entry.number))[:most]

    async def seen_by(self, keys: Sequence[str]) -> list[dict[str, str]]:
        """Returns the actions about one of `keys`, with actor and time, as a customer is told."""
        return [{"at": entry.at, "who": entry.who, "what": entry.what} for entry in await self.about(keys)]

    async def seal(self) -> int:
        """Notes in the main chain how far each other chain has come. Returns the number of the main chain's end."""
        await self._sealing.seal()
        last = await self._seals.last()
        return last.number if last else 0

    async def step(self) -> bool:
        """Seals, as a job does it, and counts it, also where no chain has grown."""
        await self.seal()
        self._sealed.inc()
        return False

    async def broken(self) -> str | None:
        """Returns what is not as it was written, in words; None where everything is."""
        return (await self.verified()).broken or (await self.chains_verified()).broken

    async def verified(self, after: int = 0, link: str = BEFORE_THE_FIRST, most: int | None = None) -> Verified:
        return await main_verified(self._main, self._written, self._ends, self._key, after, link, most)

    async def chains_verified(self, after: str = "", link: str = "", most: int | None = None) -> Verified:
        return await chains_verified(self._written, self._ends, self._key, after, link, most)

    async def hash_of(self, number: int) -> str | None:
        """Returns the hash of one entry of the main chain; None if there is none."""
        return await self._seals.hash_of(number)

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            try:
                await self._say_that_it_grows()
                written = await self._chain.add([fact for fact, _ in batch])
            except Exception as error:
                for _, added in batch:
                    if not added.done():
                        added.set_exception(error)
                continue
            for (_, added), entry in zip(batch, written, strict=True):
                if not added.done():  # else its caller has gone
                    added.set_result(entry)

    async def _say_that_it_grows(self) -> None:
        if (now := time.monotonic()) - self._said >= SAY_EVERY:
            await self._sealing.grows(self._chain.name)
            self._said = now
