"""Says what waits in the outbox, oldest first, and forgets it once the broker has confirmed."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.messaging.envelope import Envelope
from shared.messaging.metrics import BusMetrics
from shared.messaging.publishing import Publisher

AT_ONCE = 20
"""Rows taken together; each has what one commit says."""
IN_FLIGHT = 250
"""Events that wait for their confirms at the same time: few enough for the last one not to wait too long."""


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
        """Say what waits. Returns whether there may be more. Raises `Unavailable` with it still in the outbox."""
        waiting = await self._outbox.oldest(AT_ONCE)
        for rows in _groups(waiting):
            envelopes = [envelope for row in rows for envelope in row.envelopes]
            for start in range(0, len(envelopes), IN_FLIGHT):
                # started in order on one channel, so they leave in order; the confirms may come back as they like
                together = envelopes[start : start + IN_FLIGHT]
                await asyncio.gather(*(self._publisher.publish(envelope) for envelope in together))
            await self._outbox.forget(rows)
            self._metrics.relayed.inc(len(envelopes))
        return len(waiting) == AT_ONCE


def _groups(rows: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """In order; as many small rows together as may be in flight, and a large one by itself."""
    group: list[Waiting] = []
    for row in rows:
        if group and sum(len(each.envelopes) for each in group) + len(row.envelopes) > IN_FLIGHT:
            yield group
            group = []
        group.append(row)
    if group:
        yield group
