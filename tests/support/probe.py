"""A service of one consumer, on the real broker, for tests of the bus itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from prometheus_client import CollectorRegistry

from shared.contracts.base import CampaignContract
from shared.events import Event, first_event
from shared.messaging.bus import Bus
from shared.messaging.circuit_breaker import CircuitBreaker
from shared.messaging.envelope import sealed, to_message
from shared.messaging.metrics import BusMetrics
from shared.messaging.relay import Backlog
from shared.messaging.vouching import HeardBefore
from shared.messaging.watch import QueueWatch
from shared.running.jobs import Job
from shared.running.settings import BusSettings
from shared.storage.unavailable import store_is_unavailable
from shared.values import Count

PROBE_QUEUE = "probe.probe.made.v1"


class ProbeMade(CampaignContract):
    event_type: ClassVar[str] = "probe.made.v1"
    number: Count


def probe(number: int) -> Event[ProbeMade]:
    return first_event(ProbeMade(campaign="OTM-26-0001", number=number), "prober", datetime.now(UTC))


class Heard:
    """Remembers what its handler was given; `fail_with` decides which deliveries fail, and how."""

    def __init__(self, fail_with: Callable[[int, int], BaseException | None] = lambda number, attempt: None) -> None:
        self.numbers: list[int] = []
        self.attempts: Counter[int] = Counter()
        self._fail_with = fail_with
        self._news = asyncio.Condition()

    async def handle(self, event: Event[ProbeMade]) -> None:
        number = event.data.number
        self.attempts[number] += 1
        error = self._fail_with(number, self.attempts[number])
        async with self._news:
            if error is None:
                self.numbers.append(number)
            self._news.notify_all()
        if error is not None:
            raise error

    async def until(self, condition: Callable[["Heard"], bool], within: float = 20) -> None:
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: condition(self))


class ProbeService:
    def __init__(self, bus: Bus, channel: AbstractChannel, registry: CollectorRegistry) -> None:
        self.bus = bus
        self.channel = channel
        self.registry = registry

    async def say(self, *events: Event[ProbeMade]) -> None:
        for event in events:
            await self.bus.publisher.publish(sealed(event))

    async def send_raw(self, body: bytes, headers: dict[str, Any] | None = None, **properties: Any) -> None:
        """Put a message of any shape in the service's own queue."""
        message = to_message(sealed(probe(0)))
        message.body = body
        message.headers = {**message.headers, **(headers or {})}
        for name, value in properties.items():
            setattr(message, name, value)
        await self.channel.default_exchange.publish(message, PROBE_QUEUE)

    async def take(self, queue: str, within: float = 20) -> AbstractIncomingMessage:
        """The next message of `queue`, removed from it."""
        found = await self.channel.get_queue(queue, ensure=False)
        async with asyncio.timeout(within):
            while (message := await found.get(fail=False, no_ack=True)) is None:
                await asyncio.sleep(0.02)
        return message

    async def depth(self, queue: str) -> int:
        declared = await self.channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0


class AllTheTime:
    """A turn that is never anybody else's."""

    async def held(self) -> bool:
        return True

    async def release(self) -> None:
        """Nothing was taken."""


class NoOutbox:
    """An outbox with nothing in it."""

    async def backlog(self) -> Backlog:
        return Backlog(0, 0, None)


async def nothing_wrong() -> None:
    """A probe of the infrastructure that always succeeds."""


@asynccontextmanager
async def probe_service(
    amqp_url: str,
    heard: Heard,
    check: Callable[[], Awaitable[None]] = nothing_wrong,
    *,
    kept: bool = False,
    heard_before: HeardBefore | None = None,
    **settings: Any,
) -> AsyncIterator[ProbeService]:
    """Running and consuming; stopped at the end. `kept`: with the jobs that look at the topology and mend it."""
    registry = CollectorRegistry()
    bus = Bus(
        "probe",
        BusSettings.model_validate({"amqp_url": amqp_url, "retry_delays": (0.1, 0.2), **settings}),
        CircuitBreaker(check, store_is_unavailable),
        BusMetrics(registry),
        heard_before=heard_before,
    )
    bus.hear({ProbeMade: heard.handle})
    bus.start()
    connection = await aio_pika.connect(amqp_url)  # a robust channel would answer depths from memory
    jobs = [Job("consumers", bus.keep_consuming, every=0.2, turn=AllTheTime())] if kept else []
    if kept:
        jobs.append(Job("watch", QueueWatch(bus, NoOutbox(), ()).step, every=0.5, turn=AllTheTime()))
    try:
        await consuming(bus)
        for job in jobs:
            job.start()
        yield ProbeService(bus, await connection.channel(on_return_raises=True), registry)
    finally:
        await asyncio.gather(*(job.stop() for job in jobs))
        await connection.close()
        await bus.stop_consuming()
        await bus.stop()


async def consuming(bus: Bus, within: float = 20) -> None:
    """Return when the broker itself sees the consumers."""
    async with asyncio.timeout(within):
        while True:
            try:
                depths = await bus.depths()
                if all(depths[queue].consumers for queue in bus.consumers):
                    return
            except Exception:  # noqa: S110 - not connected yet
                pass
            await asyncio.sleep(0.05)
