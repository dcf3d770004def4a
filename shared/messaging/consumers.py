"""The consumers of this process, watched without asking the broker, and brought back when they are lost."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from random import SystemRandom
from typing import Any

import structlog
from aio_pika.exceptions import AMQPError

from shared.errors import Unavailable
from shared.messaging.connection import Connection
from shared.messaging.silence import SilentConsumers
from shared.messaging.topology import Consumer
from shared.messaging.upkeep import Backoff, Upkeep

RECONNECT_AFTER_SECONDS = 10.0
"""The client restores lost consumers one after another, each within a second or two; where none comes back for so long
it has given up. All together may take longer, where broker or machine are slow."""
NOT_ALIVE_AFTER_SECONDS = 60.0
SPREAD_SECONDS = 0.5
"""All replicas lose their consumers at the same moment; each waits a part of this before it mends."""

log = structlog.get_logger(__name__)


class LiveConsumers:
    """`step` is to be run every second or so in each process, once the bus has begun."""

    def __init__(self, connection: Connection, upkeep: Upkeep, consumers: Mapping[str, Consumer]) -> None:
        self._silent = SilentConsumers(connection)
        self._connection = connection
        self._upkeep = upkeep
        self._consumers = consumers
        self._lost_since: float | None = None
        self._next_try = 0.0
        self._next_reconnect = 0.0
        self._fewest = self._fewest_ever = 0
        self._stuck_since = 0.0
        self._backoff = Backoff()

    def lost(self) -> list[str]:
        """Queues that this process should consume and does not, as the client library knows from the broker. One whose
        consumer is just begun anew is none of them."""
        subscribers: list[Any] = list(self._connection.broker.subscribers)
        return sorted(
            each.queue.name for each in subscribers if each.queue.name != self._silent.beginning and not _consumes(each)
        )

    def missed(self) -> list[str]:
        """Returns the ones for which the connection to the broker is no reason."""
        return self.lost() if self._connection.up else []

    def expect_alive(self) -> None:
        """Raises `Unavailable` when a restart of the process is the only thing left to try."""
        if self._lost_since is None or self._upkeep.trouble:
            return
        if time.monotonic() - self._stuck_since < NOT_ALIVE_AFTER_SECONDS:
            return
        if missed := self.missed():
            raise Unavailable(f"nobody here has consumed {', '.join(missed)} for {NOT_ALIVE_AFTER_SECONDS:g} s")

    async def step(self) -> bool:
        """Look, and mend what is lost. There is never more to do at once, so it returns False."""
        if not self.lost():
            if self._lost_since is not None:
                log.info("all consumers are back")
            self._lost_since, self._backoff = None, Backoff()
            await self._silent.step()
            return False
        now = time.monotonic()
        if self._lost_since is None:
            self._lost_since = self._next_try = self._stuck_since = now
            self._fewest = self._fewest_ever = len(self._consumers)
            self._next_reconnect = now + RECONNECT_AFTER_SECONDS
            log.warning("consumers lost", queues=self.lost())
        if now >= self._next_try:
            await self._mend()
        self._note_progress(len(self.lost()), time.monotonic())
        if self.missed() and time.monotonic() >= self._next_reconnect:
            await self._reconnect()
        return False

    def _note_progress(self, lost: int, now: float) -> None:
        """Gives the client more time while it restores one after another, and while there is no connection."""
        if not self._connection.up:
            self._fewest = len(self._consumers)
        if not self._connection.up or lost < self._fewest:
            self._next_reconnect = now + RECONNECT_AFTER_SECONDS
        if not self._connection.up or lost < self._fewest_ever:
            self._stuck_since = now
        self._fewest, self._fewest_ever = min(lost, self._fewest), min(lost, self._fewest_ever)

    async def _mend(self) -> None:
        await asyncio.sleep(SystemRandom().uniform(0, SPREAD_SECONDS))
        if not self.lost():
            return
        with suppress(Unavailable):  # noted as trouble, or the broker is away
            await self._upkeep.look(*self._consumers.values())
        self._next_try = time.monotonic() + self._backoff.next()

    async def _reconnect(self) -> None:
        log.error("consumers stay away: connecting anew", queues=self.lost())
        self._next_reconnect = time.monotonic() + RECONNECT_AFTER_SECONDS
        self._fewest = len(self._consumers)
        with suppress(AMQPError, OSError):
            await self._connection.reconnect()


def _consumes(subscriber: Any) -> bool:
    """Whether the client library holds the subscriber's consumer tag on an open channel."""
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag
    if queue is None or tag is None:
        return False
    underlay = queue.channel._channel
    return underlay is not None and not underlay.channel.is_closed and tag in underlay.channel.consumers
