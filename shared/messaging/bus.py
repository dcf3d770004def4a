"""A service on the bus: what it hears, what it says, and whether both still work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.rabbit import RabbitMessage
from faststream.rabbit.prometheus import RabbitPrometheusMiddleware

from shared.clock import Clock
from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.messaging import topology
from shared.messaging.circuit_breaker import CircuitBreaker, CircuitBreakerMiddleware
from shared.messaging.connection import RECONNECT_EVERY, Connection, fail_loudly
from shared.messaging.envelope import from_message
from shared.messaging.metrics import BusMetrics
from shared.messaging.middlewares import TimeLimitMiddleware, TracingMiddleware
from shared.messaging.publishing import BusAnnouncer, Publisher
from shared.messaging.settlement import Settlement
from shared.settings import BusSettings

Handler = Callable[[Event[Any]], Awaitable[None]]
MessageMap = Mapping[type[Contract], Callable[..., Awaitable[None]]]
"""From what a service hears to the method of its `Handlers` that deals with it."""

log = structlog.get_logger(__name__)


def bound(messages: MessageMap, handlers: object) -> dict[type[Contract], Handler]:
    """The map with every method bound to `handlers`."""
    return {contract: method.__get__(handlers) for contract, method in messages.items()}


class Bus:
    """What a service uses of the broker. Nothing connects before `start`."""

    def __init__(
        self, service: str, settings: BusSettings, breaker: CircuitBreaker, clock: Clock, metrics: BusMetrics
    ) -> None:
        self.service = service
        self.consumers: dict[str, topology.Consumer] = {}
        self._settings = settings
        self._publishing = Connection("publish", service, settings)
        self._consuming = Connection("consume", service, settings)
        self._started: asyncio.Task[None] | None = None
        self.publisher = Publisher(self._publishing.broker)
        self.announcer = BusAnnouncer(service, self.publisher)
        middlewares: tuple[Any, ...] = (
            partial(
                Settlement, consumers=self.consumers, publisher=self.publisher, clock=clock, settled=metrics.settled
            ),
            partial(CircuitBreakerMiddleware, breaker=breaker),
            RabbitPrometheusMiddleware(registry=metrics.registry, app_name=service),
            TracingMiddleware,
            partial(TimeLimitMiddleware, seconds=settings.handler_seconds),
        )
        for middleware in middlewares:
            self._consuming.broker.add_middleware(middleware)

    def hear(self, messages: Mapping[type[Contract], Handler]) -> None:
        """Bring each contract's messages to its handler. Call before `start`."""
        for contract, handler in messages.items():
            consumer = topology.Consumer(self.service, contract, self._settings.retry_delays)
            self.consumers[consumer.queue] = consumer
            self._subscribe(consumer, handler)

    def start(self) -> None:
        """Connect and consume as soon as the broker is there; until then the service works without it."""
        self._started = asyncio.create_task(self._start_when_possible())

    async def stop_consuming(self) -> None:
        """Take no more messages and finish those in hand within the deadline. The rest are redelivered."""
        if self._started is not None:
            self._started.cancel()
        await self._consuming.broker.stop()

    async def stop(self) -> None:
        """Close the publishing connection too."""
        await self._publishing.broker.stop()

    async def ping(self) -> None:
        """Raises `Unavailable` unless consuming has begun and both connections hold."""
        if self._started is None or not self._started.done():
            raise Unavailable("consuming has not begun")
        if not (self._publishing.up and self._consuming.up):
            raise Unavailable("the broker cannot be reached")

    async def consuming(self) -> None:
        """Raises `Unavailable` unless the broker itself sees a consumer on every queue."""
        depths = await self.depths()
        idle = [queue for queue in self.consumers if not depths[queue].consumers]
        if idle:
            raise Unavailable(f"nobody consumes {', '.join(idle)}")

    async def depths(self) -> dict[str, topology.Depth]:
        """What the broker itself says of this service's queues, dead letters included, and of the unrouted."""
        await self.ping()
        connection = await self._publishing.broker.connect()
        async with connection.channel() as channel:
            return await topology.depths(channel, *self.consumers.values())

    async def _start_when_possible(self) -> None:
        while True:
            try:
                return await self._start()
            except Exception as error:
                log.warning("broker not there yet", exc_info=error)
                await asyncio.sleep(RECONNECT_EVERY)

    async def _start(self) -> None:
        await self._publishing.open()
        connection = await self._publishing.broker.connect()
        async with connection.channel() as channel:
            await topology.declare(channel, *self.consumers.values())
        await self._publishing.broker.start()
        await self._consuming.open()
        await self._consuming.broker.start()

    def _subscribe(self, consumer: topology.Consumer, handler: Handler) -> None:
        async def decode(message: RabbitMessage) -> Event[Any]:
            return from_message(message.raw_message, consumer.contract)

        self._consuming.broker.subscriber(
            consumer.rabbit_queue(),
            channel=fail_loudly(consumer.contract.at_once or self._settings.prefetch),
            decoder=decode,
            ack_policy=AckPolicy.MANUAL,  # `Settlement` decides, undecodable messages included
            no_reply=True,  # a message's own reply_to must not send anything anywhere
        )(handler)
