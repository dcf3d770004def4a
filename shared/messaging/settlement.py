"""The last word on every message: acknowledged, put in a retry queue, or put in the dead letters."""

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog
from aio_pika import DeliveryMode, IncomingMessage, Message
from aio_pika.abc import AbstractIncomingMessage
from faststream import BaseMiddleware, ContextRepo
from opentelemetry.trace import StatusCode, get_current_span
from prometheus_client import Counter

from shared.errors import Unavailable
from shared.messaging.circuit_breaker import HOLD_SECONDS
from shared.messaging.failures import Failure, failure_of
from shared.messaging.publishing import DEFAULT_EXCHANGE, Publisher
from shared.messaging.topology import Consumer
from shared.messaging.vouching import SAID_BY, speaker
from shared.running.tracing import conversation

ATTEMPT = "x-otm-attempt"
REASON, EXCEPTION, ORIGIN, DIED_AT = "x-otm-reason", "x-otm-exception", "x-otm-origin", "x-otm-died-at"
_BROKERS_OWN = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RETRY_SECONDS = 5.0  # between tries to put a message aside while the broker refuses it

log = structlog.get_logger(__name__)


class Settlement(BaseMiddleware[Any, IncomingMessage]):
    """Outermost of the middlewares, so that it also sees messages that could not be decoded.

    A message is acknowledged only when its effects are stored, or when the broker has confirmed its copy in a retry
    queue or in the dead letters. A cancelled handler leaves it alone: the broker delivers it again.
    """

    def __init__(
        self,
        message: IncomingMessage,
        /,
        *,
        context: ContextRepo,
        consumers: Mapping[str, Consumer],
        publisher: Publisher,
        settled: Counter,
        own_user: str | None,
    ) -> None:
        super().__init__(message, context=context)
        self._consumers = consumers
        self._publisher = publisher
        self._settled = settled
        self._own_user = own_user

    async def on_receive(self) -> None:
        """Names the span of the message, which its instrumentation calls after the exchange."""
        span = get_current_span()
        span.update_name(f"{self._consumer.queue} process")
        span.set_attributes(
            {"otm.event": self._consumer.contract.event_type, "otm.attempt": attempts_before(self.msg) + 1}
        )

    @property
    def _consumer(self) -> Consumer:
        return self._consumers[self.context.get_local("handler_").queue.name]

    async def after_processed(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> bool:
        consumer = self._consumer
        with conversation(self.msg.correlation_id):
            if exc_val is None:
                log.info("heard", queue=consumer.queue, event_id=_id_of(self.msg))
                await self._settle(consumer, "done")
            elif isinstance(exc_val, Exception):
                await self._put_aside(consumer, failure_of(exc_val))
        return isinstance(exc_val, Exception)

    async def _put_aside(self, consumer: Consumer, failure: Failure) -> None:
        attempt = attempts_before(self.msg)
        span = get_current_span()
        span.set_status(StatusCode.ERROR)
        span.set_attribute("error.type", failure.exception)
        delay = _delay_of(consumer, failure, attempt)
        if delay is None:
            exchange, routing_key = DEFAULT_EXCHANGE, consumer.dead
            headers = self._obituary(consumer, failure, attempt)
        else:  # what waits for its retry comes back by its routing key, to the queue that it came from
            exchange, routing_key = consumer.retry(delay), consumer.queue
            headers = {ATTEMPT: attempt if failure.untried else attempt + 1}
        log.warning(
            "put aside", queue=consumer.queue, put_in=exchange or consumer.dead, event_id=_id_of(self.msg),
            attempt=attempt + 1, error=failure.exception, reason=failure.reason,
        )  # fmt: skip
        if self._own_user:
            headers[SAID_BY] = speaker(self.msg, self._own_user)
        await self._send_patiently(copy_of(self.msg, headers), routing_key, exchange)
        await self._settle(consumer, "dead" if delay is None else "retried")

    async def _send_patiently(self, message: Message, routing_key: str, exchange: str) -> None:
        """Hold on to the message while the broker refuses its copy, and give it back after `HOLD_SECONDS`; a closed
        channel means it will be redelivered."""
        until = time.monotonic() + HOLD_SECONDS
        while True:
            try:
                return await self._publisher.send(message, routing_key, exchange)
            except Unavailable:
                if self.msg.channel.is_closed:
                    raise
                if time.monotonic() > until:
                    await self.msg.nack(requeue=True)
                    raise
                await asyncio.sleep(RETRY_SECONDS)

    async def _settle(self, consumer: Consumer, how: str) -> None:
        await self.msg.ack()
        self._settled.labels(consumer.queue, how).inc()

    def _obituary(self, consumer: Consumer, failure: Failure, attempt: int) -> dict[str, Any]:
        return {
            ATTEMPT: attempt + 1,
            REASON: failure.reason,
            EXCEPTION: failure.exception,
            ORIGIN: consumer.queue,
            DIED_AT: datetime.now(UTC).isoformat(),  # by real time, also in a rehearsal
        }


def _delay_of(consumer: Consumer, failure: Failure, attempt: int) -> int | None:
    """Returns the place of the delay after which a message is tried again, None for one that is dead. A message that
    was not tried waits for the longest."""
    if failure.untried and consumer.delays:
        return len(consumer.delays) - 1
    return attempt if not failure.permanent and attempt < len(consumer.delays) else None


def _id_of(message: AbstractIncomingMessage) -> str:
    """The event's id, if it is one: what somebody else put in its place is not for the log."""
    return message.message_id if _UUID.fullmatch(message.message_id or "") and message.message_id else "not an id"


def attempts_before(message: AbstractIncomingMessage) -> int:
    """How many tries went before this one; a header that is no such number counts as none."""
    value = message.headers.get(ATTEMPT, 0)
    return value if isinstance(value, int) and value >= 0 else 0


def copy_of(message: AbstractIncomingMessage, headers: Mapping[str, Any]) -> Message:
    """The same message to be put elsewhere, without what the broker noted on it and with `headers` added."""
    kept = {name: value for name, value in message.headers.items() if not name.startswith(_BROKERS_OWN)}
    return Message(
        message.body,
        headers=kept | dict(headers),
        content_type=message.content_type,
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=message.message_id,
        correlation_id=message.correlation_id,
        timestamp=message.timestamp,
        type=message.type,
        app_id=message.app_id,
    )
