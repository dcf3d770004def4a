"""A worker's turn with a chunk that goes out one by one: nobody else has it meanwhile.

Each claim has an epoch, higher than that of any before. Whatever a worker does before a hand-over is refused once there
is a later one: a worker who slept and wakes up hands over nothing more.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.dispatcher.channels.channel import Batch, Deferred
from services.dispatcher.ledger.entry import LedgerEntry, Result
from services.dispatcher.ledger.ports import SendLedger
from shared.clock import Clock
from shared.identifiers import new_id

log = structlog.get_logger(__name__)

PROLONG_SECONDS = 15.0
SURE_SECONDS = 50.0
"""Time after a claim for which its holder relies on it: it lasts 60 s, so it survives two errors of the store."""
LOOK_AGAIN = timedelta(seconds=30)
"""Time until a chunk that another worker has is looked at again."""


@dataclass(frozen=True, slots=True)
class ChunkClaim:
    """A worker's claim on a batch: results that become known under it are said as one bundle, numbered by its epoch."""

    batch: Batch
    ledger: SendLedger
    clock: Clock
    owner: str
    epoch: int

    async def confirm(self) -> None:
        """Prolongs the claim. Raises `Deferred` if another worker has taken it over."""
        if not await self.ledger.prolong(self.batch.id, self.owner):
            raise _in_other_hands(self.batch, self.clock)

    async def planned(self) -> dict[str, LedgerEntry]:
        """Returns the entries without a result, by reference."""
        batch = self.batch
        return {e.reference: e for e in await self.ledger.planned(batch.campaign, batch.chunk, batch.channel)}

    async def note(self, results: Sequence[Result], at: datetime) -> None:
        """Notes results, whoever has the chunk by now: they are true."""
        if results:
            await self.ledger.results(results, at, self.epoch)


@asynccontextmanager
async def chunk_claimed(batch: Batch, ledger: SendLedger, clock: Clock) -> AsyncIterator[ChunkClaim]:
    """Claims the batch for the time of the block. Raises `Deferred` if another worker has it, and where the claim is
    lost: then the work in the block is cancelled.

    A worker that is cancelled keeps the claim until it lapses: what it handed over may still be on its way, and a
    provider asked for it too early does not have it yet.
    """
    owner = new_id()
    epoch = await ledger.claim(batch.id, owner)
    if epoch is None:
        raise _in_other_hands(batch, clock)
    turn = ChunkClaim(batch, ledger, clock, owner, epoch)
    try:
        async with asyncio.timeout(SURE_SECONDS) as sure, _prolonged(turn, sure):
            yield turn
    except Exception as error:
        if sure.expired():
            raise _in_other_hands(batch, clock) from error
        await ledger.release(batch.id, owner)
        raise
    await ledger.release(batch.id, owner)


@asynccontextmanager
async def _prolonged(turn: ChunkClaim, sure: asyncio.Timeout) -> AsyncIterator[None]:
    """Prolongs the claim, however slow the provider is. The block ends at once when that is refused, and in time before
    the claim lapses when the store cannot be asked."""
    loop = asyncio.get_running_loop()

    async def prolong() -> None:
        while True:
            await asyncio.sleep(PROLONG_SECONDS)
            asked = loop.time()
            try:
                kept = await turn.ledger.prolong(turn.batch.id, turn.owner)
            except Exception as error:
                log.warning("claim not prolonged", batch=turn.batch.id, exc_info=error)
                continue
            if not kept:
                log.error("claim lost", batch=turn.batch.id)
                sure.reschedule(loop.time())
                return
            if not sure.expired():
                sure.reschedule(asked + SURE_SECONDS)

    prolonging = asyncio.create_task(prolong())
    try:
        yield
    finally:
        prolonging.cancel()
        await asyncio.wait([prolonging])


def _in_other_hands(batch: Batch, clock: Clock) -> Deferred:
    return Deferred(f"chunk {batch.chunk} of {batch.campaign} is in other hands", clock.now() + LOOK_AGAIN)
