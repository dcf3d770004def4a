"""The watch of one replica of each service: the topology mended, and queues and outbox measured for all to see."""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from shared.errors import Unavailable
from shared.messaging.bus import Bus
from shared.messaging.declaring import Depth
from shared.messaging.metrics import Labels
from shared.messaging.relay import Backlog
from shared.messaging.topology import queues

OTHERS_SECONDS = 10.0
"""Between looks at the queues of the other services, which theirs look at more often."""


class Outbox(Protocol):
    async def backlog(self) -> Backlog: ...


class QueueWatch:
    """`known` are the queues of all services, so that those of a service that is away are measured too."""

    def __init__(self, bus: Bus, outbox: Outbox, known: Iterable[str]) -> None:
        self._bus = bus
        self._outbox = outbox
        self._known = tuple(known)
        self._others: dict[str, Depth | None] = {}
        self._next_others = 0.0

    async def step(self) -> bool:
        """Look once. There is never more to do at once, so it returns False."""
        await self._measure_outbox()
        self._bus.metrics.readings.read("otm_broker_blocked", {(): float(await self._bus.blocked())})
        if self._bus.begun:
            await self._look_and_measure()
        return False

    async def _look_and_measure(self) -> None:
        try:
            await self._bus.upkeep.look(*self._bus.consumers.values())
        except Unavailable:
            if self._bus.upkeep.trouble:  # the broker is there, and refuses something: the rest can be measured
                await self._measure_queues()
            raise
        await self._measure_queues()

    async def _measure_outbox(self) -> None:
        found = await self._outbox.backlog()
        age = (datetime.now(UTC) - found.oldest).total_seconds() if found.oldest else 0.0
        readings = self._bus.metrics.readings
        readings.read("otm_outbox_rows", {(): found.rows})
        readings.read("otm_outbox_aside_rows", {(): found.aside})
        readings.read("otm_outbox_oldest_seconds", {(): max(age, 0.0)})

    async def _measure_queues(self) -> None:
        own = [queue.name for queue in queues(self._bus.consumers.values())]
        seen: dict[str, Depth | None] = dict(await self._depths(own))
        if time.monotonic() >= self._next_others:
            self._others = await self._depths([name for name in self._known if name not in seen])
            self._next_others = time.monotonic() + OTHERS_SECONDS
        seen = self._others | seen
        readings = self._bus.metrics.readings
        found = {name: depth for name, depth in seen.items() if depth is not None}
        readings.read("otm_queue_messages", {(name,): depth.messages for name, depth in found.items()})
        consumers: Labels = {(name,): depth.consumers if depth else 0 for name, depth in seen.items()}
        readings.read("otm_queue_consumers", consumers)
        readings.read("otm_queue_missing", {(name,): float(depth is None) for name, depth in seen.items()})

    async def _depths(self, names: Sequence[str]) -> dict[str, Depth | None]:
        found = await self._bus.upkeep.depths(*names)
        return {name: found.get(name) for name in names}
