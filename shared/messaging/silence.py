"""Consumers from which nothing comes are begun anew: the broker may have forgotten one without a word.

A queue that is made anew in the very moment of its deletion is one case (seen on RabbitMQ 3.10 with quorum queues): the
broker counts the consumer and no message as waiting, and gives it nothing. Nothing that can be asked over AMQP tells
such a consumer from one of an idle queue, so that an idle one is begun anew too, which costs little.
"""

import asyncio
import time
from collections import Counter
from functools import partial
from random import SystemRandom
from typing import Any

import structlog
from aio_pika.exceptions import ChannelClosed
from faststream import BaseMiddleware, ContextRepo

from shared.messaging.broker_words import broker_words
from shared.messaging.connection import Connection

SILENT_SECONDS = 60.0
"""After so long without a message, with none in hand, a consumer is begun anew; at times half as much later, so that
the replicas of a service do not all do it at once."""
RENEWED_SECONDS = 10.0
_SUCCESS = 200

log = structlog.get_logger(__name__)


class Deliveries:
    """The messages that this process has in hand, and when it was last given one, queue by queue."""

    def __init__(self) -> None:
        self._in_hand: Counter[str] = Counter()
        self._last: dict[str, float] = {}

    def received(self, queue: str) -> None:
        self._in_hand[queue] += 1
        self._last[queue] = time.monotonic()

    def finished(self, queue: str) -> None:
        self._in_hand[queue] -= 1
        self._last[queue] = time.monotonic()

    def idle_since(self, queue: str) -> float | None:
        """Returns since when, by the monotonic clock, nothing was in hand; None while something is."""
        return None if self._in_hand[queue] else self._last.get(queue, 0.0)


class DeliveriesMiddleware(BaseMiddleware[Any, Any]):
    """Outermost: a message is in hand from its delivery until it is settled, or given up with its channel."""

    def __init__(self, message: Any, /, *, context: ContextRepo, deliveries: Deliveries) -> None:
        super().__init__(message, context=context)
        self._deliveries = deliveries

    @property
    def _queue(self) -> str:
        return str(self.context.get_local("handler_").queue.name)

    async def on_receive(self) -> None:
        self._deliveries.received(self._queue)

    async def after_processed(self, *_: object) -> bool:
        self._deliveries.finished(self._queue)
        return False


class SilentConsumers:
    """`step` is to be run every second or so, while no consumer is known to be lost; it begins at most one anew.
    To be made before other middlewares are added to the connection.

    A consumer with a message in hand is left alone, however slow its handler or long its wait at the circuit breaker:
    each of those ends by itself. One that cannot be begun anew is lost from then on, for `LiveConsumers` to bring back.
    """

    def __init__(self, connection: Connection) -> None:
        self.beginning = ""
        self._broker = connection.broker
        self._deliveries = Deliveries()
        self._next: dict[str, float] = {}
        self._broker.add_middleware(partial(DeliveriesMiddleware, deliveries=self._deliveries))

    async def step(self) -> None:
        now = time.monotonic()
        subscribers: list[Any] = list(self._broker.subscribers)
        for subscriber in subscribers:
            queue = subscriber.queue.name
            idle_since = self._deliveries.idle_since(queue)
            due = self._next.setdefault(queue, self._from(now))
            if idle_since is not None and now >= max(due, idle_since + SILENT_SECONDS):
                self._next[queue] = self._from(now)
                return await self._begin_anew(subscriber)
        return None

    def _from(self, now: float) -> float:
        return now + SILENT_SECONDS * SystemRandom().uniform(1, 1.5)

    async def _begin_anew(self, subscriber: Any) -> None:
        """Closes the channel, by which the broker takes back whatever it believes to be there, and the client opens
        another with the same consumer."""
        self.beginning = subscriber.queue.name
        try:
            async with asyncio.timeout(RENEWED_SECONDS):
                await subscriber._queue_obj.channel._channel.close(ChannelClosed(_SUCCESS, "begun anew"))
        except Exception as error:
            log.warning("consumer not begun anew", queue=self.beginning, reason=broker_words(error))
        finally:
            self.beginning = ""
