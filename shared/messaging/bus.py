"""A service on the bus: what it hears, what it says, and whether both still work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.rabbit import RabbitMessage
from faststream.rabbit.prometheus import RabbitPrometheusMiddleware

from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.messaging import topology
from shared.messaging.broker_words import advice, broker_words
from shared.messaging.circuit_breaker import CircuitBreaker, CircuitBreakerMiddleware
from shared.messaging.connection import Connection, fail_loudly
from shared.messaging.consumers import LiveConsumers
from shared.messaging.declaring import Depth
from shared.messaging.envelope import from_message, taken_in_hand
from shared.messaging.metrics import BusMetrics
from shared.messaging.middlewares import ConversationMiddleware, TimeLimitMiddleware
from shared.messaging.publishing import BusAnnouncer, KeepAside, Publisher
from shared.messaging.settlement import Settlement
from shared.messaging.upkeep import Backoff, Upkeep
from shared.messaging.vouching import HeardBefore, expect_theirs, with_own_ids
from shared.running.settings import BusSettings

ANSWER_SECONDS = 1.0
Handler = Callable[[Event[Any]], Awaitable[None]]
MessageMap = Mapping[type[Contract], Callable[..., Awaitable[None]]]
"""From what a service hears to the method of its `Handlers` that deals with it."""

log = structlog.get_logger(__name__)


def bound(messages: MessageMap, handlers: object) -> dict[type[Contract], Handler]:
    """The map with every method bound to `handlers`."""
    return {contract: method.__get__(handlers) for contract, method in messages.items()}


class Bus:
    """A service's use of the broker. Nothing connects before `start`."""

    def __init__(
        self,
        service: str,
        settings: BusSettings,
        breaker: CircuitBreaker,
        metrics: BusMetrics,
        keep_aside: KeepAside | None = None,
        heard_before: HeardBefore | None = None,
    ) -> None:
        self._heard_before = heard_before
        self.service = service
        self.consumers: dict[str, topology.Consumer] = {}
        self.metrics = metrics
        self.upkeep = Upkeep(service, settings, metrics.mended)
        self._settings = settings
        self._publishing = Connection("publish", service, settings)
        self._consuming = Connection("consume", service, settings)
        self.live = LiveConsumers(self._consuming, self.upkeep, self.consumers)
        self._started: asyncio.Task[None] | None = None
        self._last_error = ""
        self.publisher = Publisher(self._publishing)
        self.announcer = BusAnnouncer(service, self.publisher, keep_aside)
        middlewares: tuple[Any, ...] = (
            partial(
                Settlement,
                consumers=self.consumers,
                publisher=self.publisher,
                settled=metrics.settled,
                own_user=settings.user,
            ),
            partial(CircuitBreakerMiddleware, breaker=breaker),
            RabbitPrometheusMiddleware(registry=metrics.registry, app_name=service),
            ConversationMiddleware,
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
        await self._consuming.close()

    async def stop(self) -> None:
        """Close the other connections too."""
        await self._publishing.close()
        await self.upkeep.close()

    async def ping(self) -> None:
        """Raises `Unavailable` unless consuming has begun, both connections hold and the broker takes messages."""
        if not self.begun:
            raise Unavailable(f"consuming has not begun: {self._last_error or 'the broker was not reached yet'}")
        if not (self._publishing.up and self._consuming.up):
            raise Unavailable(f"the broker cannot be reached: {self.upkeep.trouble or 'connection lost'}")
        if alarm := await self._publishing.blocked_by():
            raise Unavailable(f"the broker takes no messages: {alarm}")
        try:
            await self.publisher.answers(ANSWER_SECONDS)
        except Unavailable:
            if alarm := await self._publishing.blocked_by():
                raise Unavailable(f"the broker takes no messages: {alarm}") from None
            raise

    @property
    def begun(self) -> bool:
        """Whether everything was declared and consuming has started, however it has gone since."""
        return self._started is not None and self._started.done() and not self._started.cancelled()

    @property
    def reachable(self) -> bool:
        """Whether the connection that publishes holds, as far as this process knows."""
        return self._publishing.up

    async def blocked(self) -> bool:
        return bool(await self._publishing.blocked_by())

    async def relied_on(self) -> None:
        """Raises `Unavailable` while something is not there that nobody but the broker's operator can take away."""
        if self.upkeep.trouble:
            raise Unavailable(self.upkeep.trouble)
        if self.begun and (idle := self.live.missed()):
            raise Unavailable(f"nobody here consumes {', '.join(idle)}")

    async def alive(self) -> None:
        """Raises `Unavailable` when this process has lost its consumers for so long that only a restart is left."""
        if self.begun:
            self.live.expect_alive()

    async def keep_consuming(self) -> bool:
        """Bring back consumers that are lost. To be run every second or so."""
        return await self.live.step() if self.begun else False

    async def consuming(self) -> None:
        """Raises `Unavailable` unless this process has a consumer on every queue."""
        if not self.begun:
            raise Unavailable("consuming has not begun")
        if idle := self.live.lost():
            raise Unavailable(f"nobody here consumes {', '.join(idle)}")

    async def depths(self) -> dict[str, Depth]:
        """The broker's own count of this service's queues, retries and dead letters included, and of the unrouted."""
        return await self.upkeep.depths(*(queue.name for queue in topology.queues(self.consumers.values())))

    async def _start_when_possible(self) -> None:
        backoff = Backoff()
        while True:
            try:
                return await self._start()
            except Exception as error:
                seconds = backoff.next()
                self._last_error = broker_words(error)
                log.warning(
                    "the bus cannot start", error=type(error).__name__, reason=self._last_error,
                    what_to_do=advice(error), next_try_seconds=round(seconds, 1),
                )  # fmt: skip
                await asyncio.sleep(seconds)

    async def _start(self) -> None:
        try:
            await self.upkeep.declare(*self.consumers.values())
            await self._publishing.open()
            await self._consuming.open()
            await self._consuming.broker.start()
        except BaseException:
            # begun anew from nothing, or a consumer that has started already would be there twice
            await asyncio.gather(self._consuming.close(), self._publishing.close(), return_exceptions=True)
            raise

    def _subscribe(self, consumer: topology.Consumer, handler: Handler) -> None:
        publishers, own = self._settings.publishers, self._settings.user

        async def decode(message: RabbitMessage) -> Event[Any]:
            expect_theirs(message.raw_message, consumer.contract, publishers, own)
            return taken_in_hand(from_message(message.raw_message, consumer.contract))

        self._consuming.broker.subscriber(
            consumer.rabbit_queue(),
            channel=fail_loudly(consumer.contract.at_once or self._settings.prefetch),
            decoder=decode,
            ack_policy=AckPolicy.MANUAL,  # `Settlement` decides, undecodable messages included
            no_reply=True,  # a message's own reply_to must not send anything anywhere
        )(with_own_ids(handler, consumer.queue, self._heard_before))
