"""The topology looked at again while it is relied on: what vanished is made anew, and named until it is."""

import asyncio
from collections.abc import Mapping, Sequence
from random import SystemRandom

import structlog
from aio_pika.abc import AbstractConnection
from prometheus_client import Counter

from shared.errors import Unavailable
from shared.messaging.broker_words import advice, broker_words, is_refusal
from shared.messaging.connection import plain_connection
from shared.messaging.declaring import Depth, declare, depths, missing, restore_events
from shared.messaging.known_queues import KNOWN_QUEUES
from shared.messaging.topology import EVENTS, Consumer
from shared.running.settings import BusSettings

LOOK_SECONDS = 5.0  # for one look, or one mending, at most
NOTICED_SECONDS = 0.5
"""Time between a queue's loss and its making anew. A broker on which a queue is made within some 20 ms of its deletion
never tells the consumers, and gives them nothing of the new one (seen on RabbitMQ 3.10 with quorum queues)."""

log = structlog.get_logger(__name__)


class Upkeep:
    """Declares and looks on a plain connection of its own: a robust one would answer from memory.

    `trouble` is empty, or says in the broker's own words why something that the service relies on is not there.
    """

    def __init__(
        self, service: str, settings: BusSettings, mended: Counter, known: Mapping[str, str] = KNOWN_QUEUES
    ) -> None:
        self.trouble = ""
        self._known = known
        self._service = service
        self._settings = settings
        self._makes_shared = settings.declares == "all"
        self._mended = mended
        self._connection: AbstractConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def declare(self, *consumers: Consumer) -> None:
        """Make everything. Raises the client's own error, noted as `trouble` where the broker refused."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._patience(consumers)):
                    connection = await self._connected()
                    async with connection.channel() as channel:
                        await declare(channel, *consumers, shared=self._makes_shared)
            except Exception as error:
                await self._failed(error)
                raise
            self.trouble = ""

    async def look(self, *consumers: Consumer) -> list[str]:
        """Find what is missing, make it anew together with all bindings, and return the names of what was missing."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._patience(consumers)):
                    connection = await self._connected()
                    absent = await missing(connection, *consumers, shared=self._makes_shared)
                    if absent:
                        self.trouble = f"missing on the broker: {', '.join(absent)}"
                        log.error("topology vanished", missing=absent)
                        await self._mend(connection, absent, consumers)
            except Exception as error:
                await self._failed(error)
                raise Unavailable(f"the topology cannot be looked at: {broker_words(error)}") from error
            for thing in absent:
                self._mended.labels(thing).inc()
                log.warning("made anew", thing=thing)
            self.trouble = ""
            return absent

    async def _mend(self, connection: AbstractConnection, absent: Sequence[str], consumers: Sequence[Consumer]) -> None:
        if f"exchange {EVENTS}" in absent and self._makes_shared:
            await restore_events(connection, self._known)
        if any(thing.startswith("queue ") for thing in absent):
            await asyncio.sleep(NOTICED_SECONDS)
        async with connection.channel() as channel:
            await declare(channel, *consumers, shared=self._makes_shared)

    async def depths(self, *names: str) -> dict[str, Depth]:
        """How deep these queues are now; one that is not there is left out. Raises `Unavailable`."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._patience(names)):
                    return await depths(await self._connected(), names)
            except Exception as error:
                await self._failed(error)
                raise Unavailable(f"the queues cannot be looked at: {broker_words(error)}") from error

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> AbstractConnection:
        if self._connection is None or self._connection.is_closed:
            self._connection = await plain_connection(self._settings, f"{self._service} upkeep")
        return self._connection

    async def _failed(self, error: Exception) -> None:
        if is_refusal(error):
            self.trouble = f"{broker_words(error)} ({advice(error)})"
        connection, self._connection = self._connection, None
        if connection is not None:
            task = asyncio.create_task(connection.close())
            await asyncio.wait({task}, timeout=1)

    def _patience(self, things: tuple[object, ...]) -> float:
        """Many queues take longer to be made; a first start makes them all."""
        return LOOK_SECONDS + len(things)


class Backoff:
    """Seconds between tries: doubling from 1 to 10, with up to half as much again at random."""

    def __init__(self, first: float = 1.0, longest: float = 10.0) -> None:
        self._first, self._longest = first, longest
        self._tries = 0

    def next(self) -> float:
        seconds: float = min(self._first * 2.0**self._tries, self._longest)
        self._tries += 1
        return seconds * SystemRandom().uniform(1, 1.5)
