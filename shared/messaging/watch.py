"""Measures what waits: in each queue, in the dead letters, and in the outbox."""

from typing import Protocol

from shared.messaging.bus import Bus
from shared.messaging.metrics import BusMetrics


class Depth(Protocol):
    async def depth(self) -> int: ...


class QueueWatch:
    def __init__(self, bus: Bus, outbox: Depth, metrics: BusMetrics) -> None:
        self._bus = bus
        self._outbox = outbox
        self._metrics = metrics

    async def step(self) -> bool:
        """Look once. There is never more to do at once, so it returns False."""
        self._metrics.outbox_depth.set(await self._outbox.depth())
        for queue, depth in (await self._bus.depths()).items():
            self._metrics.queue_depth.labels(queue).set(depth.messages)
            self._metrics.queue_consumers.labels(queue).set(depth.consumers)
        return False
