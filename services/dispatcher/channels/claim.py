"""A worker's turn with a chunk that goes out one by one: nobody else has it meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from services.dispatcher.channels.channel import Batch, Deferred
from services.dispatcher.ledger.entry import LedgerEntry, Result
from services.dispatcher.ledger.ports import SendLedger
from shared.clock import Clock
from shared.identifiers import new_id

log = structlog.get_logger(__name__)

PROLONG_SECONDS = 15.0
"""A claim lasts 60 s, so it survives three errors of the store in a row."""
LOOK_AGAIN = timedelta(seconds=30)
"""Time until a chunk that another worker has is looked at again."""


@dataclass(frozen=True, slots=True)
class ChunkClaim:
    """A worker's claim on a batch: results that become known under it are said as one bundle."""

    batch: Batch
    ledger: SendLedger
    clock: Clock
    owner: str
    bundle: int = 0

    async def claim(self) -> None:
        """Claims the batch, or confirms the claim. Raises `Deferred` if another worker has it."""
        if not await self.ledger.claim(self.batch.id, self.owner):
            chunk = f"chunk {self.batch.chunk} of {self.batch.campaign}"
            raise Deferred(f"{chunk} is in other hands", self.clock.now() + LOOK_AGAIN)

    async def planned(self) -> dict[str, LedgerEntry]:
        """Returns the entries without a result, by reference."""
        batch = self.batch
        return {e.reference: e for e in await self.ledger.planned(batch.campaign, batch.chunk, batch.channel)}

    async def note(self, results: Sequence[Result], at: datetime) -> None:
        if results:
            await self.ledger.results(results, at, self.bundle)


@asynccontextmanager
async def chunk_claimed(batch: Batch, ledger: SendLedger, clock: Clock) -> AsyncIterator[ChunkClaim]:
    """Claims the batch for the time of the block. A cancelled worker keeps the claim until it lapses: what it handed
    over may still be on its way, and a provider asked for it too early does not have it yet."""
    turn = ChunkClaim(batch, ledger, clock, new_id())
    await turn.claim()
    try:
        async with _kept(turn):
            yield replace(turn, bundle=await ledger.open_bundle(batch.id))
    except Exception:
        await ledger.release(batch.id, turn.owner)
        raise
    await ledger.release(batch.id, turn.owner)


@asynccontextmanager
async def _kept(turn: ChunkClaim) -> AsyncIterator[None]:
    """Prolongs the claim, however slow the provider is, and through errors of the store.

    If it is lost to another worker, that is logged, no more is prolonged, and the claim before the next group says so.
    """

    async def prolong() -> None:
        while True:
            await asyncio.sleep(PROLONG_SECONDS)
            try:
                kept = await turn.ledger.claim(turn.batch.id, turn.owner)
            except Exception as error:
                log.warning("claim not prolonged", batch=turn.batch.id, exc_info=error)
                continue
            if not kept:
                log.error("claim lost", batch=turn.batch.id)
                return

    prolonging = asyncio.create_task(prolong())
    try:
        yield
    finally:
        prolonging.cancel()
        await asyncio.wait([prolonging])
