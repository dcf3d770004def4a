"""Saying things: confirmed publishing, and the announcer that handlers use."""

import asyncio
from datetime import datetime

from aio_pika import Message
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from faststream.exceptions import FastStreamException
from faststream.rabbit import RabbitBroker, RabbitExchange

from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event, events_after
from shared.messaging.envelope import Envelope, sealed, to_message
from shared.messaging.topology import EVENTS_EXCHANGE, queue_name

DEFAULT_EXCHANGE = RabbitExchange()
CONFIRM_WITHIN = 10.0  # seconds
_LOST = (AMQPError, ChannelInvalidStateError, FastStreamException, ConnectionError, TimeoutError, RuntimeError)


class Publisher:
    """Publishes on a connection of its own. When a call returns, the broker has the message on disk."""

    def __init__(self, broker: RabbitBroker) -> None:
        self._broker = broker
        self._opening = asyncio.Lock()
        self._open = False

    async def publish(self, envelope: Envelope) -> None:
        """Raises `Unavailable` when the broker did not confirm: the message may or may not have arrived."""
        message = to_message(envelope)
        if envelope.private:
            await self.send(message, queue_name(envelope.source, envelope.type))
        else:
            await self.send(message, envelope.type, EVENTS_EXCHANGE)

    async def send(self, message: Message, routing_key: str, exchange: RabbitExchange = DEFAULT_EXCHANGE) -> None:
        """Publish as it is; by default straight to the queue named by `routing_key`."""
        try:
            async with asyncio.timeout(CONFIRM_WITHIN):
                await self._on_one_channel()
                await self._broker.publish(message, exchange=exchange, routing_key=routing_key, persist=True)
        except _LOST as error:
            raise Unavailable(f"the broker did not confirm: {type(error).__name__}") from error
        except asyncio.CancelledError:
            # a lost connection cancels whatever waits on it; only our own cancellation may go on upwards
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Unavailable("the broker's connection was lost") from None

    async def _on_one_channel(self) -> None:
        """Whoever comes first opens it. Else all that come with the first would open one each, and what they say would
        arrive in any order."""
        async with self._opening:
            if not self._open:
                await self._broker.declare_exchange(EVENTS_EXCHANGE)
                self._open = True


class BusAnnouncer:
    def __init__(self, source: str, publisher: Publisher) -> None:
        self._source = source
        self._publisher = publisher

    async def announce(self, cause: Event[Contract] | str, at: datetime, *said: Contract) -> None:
        cause_id = cause if isinstance(cause, str) else cause.id
        for event in events_after(cause_id, self._source, at, said):
            await self._publisher.publish(sealed(event))
