"""Store operations that settling unconfirmed communications needs."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from services.dispatcher.issue.waits import Wait
from services.dispatcher.ledger.ports import SendLedger
from services.dispatcher.schedule.chunk import Chunk


class UnconfirmedRepository(SendLedger, Protocol):
    def half_done(self, campaign: str) -> AsyncIterator[Chunk]:
        """Yields the chunks of which something was settled and that are not finished."""
        ...

    async def entry(self, campaign: str, reference: str) -> dict[str, Any]:
        """Returns what the ledger has of one communication. Raises `NotFound`."""
        ...

    async def chunk(self, campaign: str, number: int) -> Chunk: ...

    async def defer(self, chunk: Chunk, waits: Sequence[Wait]) -> None:
        """Makes the chunk due again at the earliest end of its waits."""
        ...
