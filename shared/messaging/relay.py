"""Says what waits in the outbox, oldest first, and forgets it once the broker has confirmed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.messaging.envelope import Envelope
from shared.messaging.metrics import BusMetrics
from shared.messaging.publishing import Publisher

AT_ONCE = 20
"""Rows taken together; each has what one commit says."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox."""

    id: str
    envelopes: tuple[Envelope, ...]


class WaitingEvents(Protocol):
    """The outbox as the relay sees it."""

    async def oldest(self, limit: int) -> list[Waiting]: ...

    async def forget(self, said: Sequence[Waiting]) -> None: ...


class Relay:
    """A crash between saying and forgetting says an event twice, with the same id: consumers know it again."""

    def __init__(self, outbox: WaitingEvents, publisher: Publisher, metrics: BusMetrics) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._metrics = metrics

    async def step(self) -> bool:
        """Say what waits. Returns whether there was anything. Raises `Unavailable` with it still in the outbox."""
        waiting = await self._outbox.oldest(AT_ONCE)
        envelopes = [envelope for row in waiting for envelope in row.envelopes]
        if envelopes:
            # started in order on one channel, so they leave in order; the confirms may come back as they like
            await asyncio.gather(*(self._publisher.publish(envelope) for envelope in envelopes))
            await self._outbox.forget(waiting)
            self._metrics.relayed.inc(len(envelopes))
        return bool(waiting)
