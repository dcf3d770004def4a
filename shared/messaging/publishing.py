"""Saying things: confirmed publishing, and the announcer that handlers use."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import structlog
from aio_pika import Message
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ChannelNotFoundEntity, DeliveryError
from opentelemetry.instrumentation.utils import suppress_instrumentation

from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event, events_after
from shared.messaging.broker_words import broker_words
from shared.messaging.connection import Connection
from shared.messaging.envelope import Envelope, sealed, to_message
from shared.messaging.topology import EVENTS, queue_name
from shared.running.tracing import trace_going_on

DEFAULT_EXCHANGE = ""
KeepAside = Callable[[Envelope, str], Awaitable[None]]
NOBODY = "otm.nobody"
"""A routing key of no queue: what is published to it by the default exchange is confirmed and dropped."""
CONFIRM_SECONDS = 10.0
MADE_ANEW_SECONDS = 2.0
"""Waited after the exchange was found missing: an event said between it and its bindings would miss its consumers."""
REFUSED_SECONDS = 10.0
"""Time from a refusal until another channel is used: RabbitMQ may go on refusing on the one that met a full queue, when
the queue has room again because its limit was lifted."""
_LOST = (AMQPError, ChannelInvalidStateError, ConnectionError, TimeoutError, RuntimeError)

log = structlog.get_logger(__name__)


class Refused(Unavailable):
    """The broker answered that it does not take this message: no queue for it, or a queue that is full."""


class Publisher:
    """Publishes on a connection of its own. When a call returns, the broker has the message on disk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._opening = asyncio.Lock()
        self._channel: AbstractChannel | None = None
        self._refused_since = float("inf")
        self._closing: set[asyncio.Task[None]] = set()

    async def publish(self, envelope: Envelope) -> None:
        """Raises `Refused`, or `Unavailable` when the broker did not confirm: the message may have arrived or not."""
        message = to_message(envelope)
        with trace_going_on(envelope.traceparent):
            if envelope.private:
                await self.send(message, queue_name(envelope.source, envelope.type))
            else:
                await self.send(message, envelope.type, EVENTS)

    async def send(self, message: Message, routing_key: str, exchange: str = DEFAULT_EXCHANGE) -> None:
        """Publish as it is; by default straight to the queue named by `routing_key`."""
        await self._publish(message, routing_key, exchange, mandatory=True, seconds=CONFIRM_SECONDS)

    async def answers(self, seconds: float) -> None:
        """Raises `Unavailable` unless the broker confirms a message to nobody within `seconds`."""
        with suppress_instrumentation():
            await self._publish(Message(b""), NOBODY, DEFAULT_EXCHANGE, mandatory=False, seconds=seconds)

    async def _publish(
        self, message: Message, routing_key: str, exchange: str, *, mandatory: bool, seconds: float
    ) -> None:
        message.user_id = self._connection.user
        try:
            async with asyncio.timeout(seconds):
                channel = await self._on_one_channel()
                where = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
                await where.publish(message, routing_key, mandatory=mandatory)
        except ChannelNotFoundEntity as error:
            await asyncio.sleep(MADE_ANEW_SECONDS)
            raise Unavailable(f"the broker did not confirm: {broker_words(error)}") from error
        except DeliveryError as error:
            if not _returned(error):
                self._refused_since = min(self._refused_since, time.monotonic())
            raise Refused(f"the broker does not take a message for {routing_key}: {_why(error)}") from error
        except _LOST as error:
            raise Unavailable(f"the broker did not confirm: {broker_words(error)}") from error
        except asyncio.CancelledError:
            # a lost connection cancels whatever waits on it; only our own cancellation may go on upwards
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Unavailable("the broker's connection was lost") from None

    async def _on_one_channel(self) -> AbstractChannel:
        """One for all who publish: the broker keeps the order of each channel, and of no two."""
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                self._channel = await self._open()
            elif time.monotonic() - self._refused_since >= REFUSED_SECONDS:
                refusing, self._channel = self._channel, await self._open()
                self._close_later(refusing)
            return self._channel

    async def _open(self) -> AbstractChannel:
        if self._connection.link is None:
            raise ConnectionError("not connected yet")
        channel = await self._connection.link.channel(on_return_raises=True)
        self._refused_since = float("inf")
        return channel

    def _close_later(self, channel: AbstractChannel) -> None:
        """Closes it once all that is on its way there was confirmed, or given up."""

        async def close() -> None:
            await asyncio.sleep(CONFIRM_SECONDS)
            with suppress(*_LOST):
                await channel.close()

        self._closing.add(task := asyncio.create_task(close()))
        task.add_done_callback(self._closing.discard)


class BusAnnouncer:
    """Says what followed from what a handler heard, as the service named `source`.

    `keep_aside` keeps an event that the broker refuses, with the reason, until it takes it: a queue of somebody else
    that is full is no reason for our message to be tried again. Without one, `announce` raises `Refused`.
    """

    def __init__(self, source: str, publisher: Publisher, keep_aside: KeepAside | None = None) -> None:
        self._source = source
        self._publisher = publisher
        self._keep_aside = keep_aside

    async def announce(self, cause: Event[Contract] | str, at: datetime, *said: Contract) -> None:
        cause_id = cause if isinstance(cause, str) else cause.id
        for event in events_after(cause_id, self._source, at, said):
            await self._say(sealed(event))

    async def _say(self, envelope: Envelope) -> None:
        try:
            await self._publisher.publish(envelope)
        except Refused as error:
            if self._keep_aside is None:
                raise
            log.warning("event waits aside", type=envelope.type, event_id=envelope.id, reason=error.message)
            await self._keep_aside(envelope, error.message)


def _why(error: DeliveryError) -> str:
    """A returned message reached no queue; a refused one met a queue that is full or cannot store it."""
    return "there is no such queue" if _returned(error) else "a queue that it goes to is full or cannot store it"


def _returned(error: DeliveryError) -> bool:
    return type(error.frame).__name__ == "Return" or error.message is not None
