"""The broker's connection, the queue that holds the dead letters of a consumer, and errors in words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity

from deploy.catalogue import SERVICES, consumers
from deploy.local.errors import StackError
from deploy.local.operate.protection.operators import address
from shared.errors import OtmError
from shared.messaging.dead_letters.choice import Choice
from shared.messaging.topology import UNROUTED, dead_queue

CONNECT_SECONDS, HEARTBEAT_SECONDS = 5.0, 10
HOLDERS = (*map(dead_queue, SERVICES), UNROUTED)
"""Queues that hold dead letters, or events that nobody heard."""


@asynccontextmanager
async def connected() -> AsyncIterator[AbstractConnection]:
    """A connection to the broker. Raises `StackError` for what goes wrong on it."""
    try:
        connection = await aio_pika.connect(address("amqp"), timeout=CONNECT_SECONDS, heartbeat=HEARTBEAT_SECONDS)
        async with connection:
            yield connection
    except OtmError as error:
        raise StackError(error.message) from None
    except ChannelNotFoundEntity:
        raise StackError("The services have not made their queues yet: start them first") from None
    except (OSError, AMQPError, TimeoutError) as error:
        raise StackError(f"The broker cannot be used: {str(error).strip() or type(error).__name__}") from None


def user() -> str | None:
    """Returns the broker's user whose address is used."""
    name = urlsplit(address("amqp")).username
    return unquote(name) if name else None


def holder(queue: str) -> str:
    """Returns the queue that holds the dead letters of `queue`. Raises `StackError` for one that there is not."""
    if queue in HOLDERS:
        return queue
    for consumer in consumers():
        if consumer.queue == queue:
            return consumer.dead
    raise StackError(f"No service has a queue {queue}; `otm dead-letters list` names those that have dead letters")


def choice(queue: str, cause: str, campaign: str) -> Choice:
    """Returns a choice; under the name of a service's dead letters itself, those that do not say where they died."""
    return Choice(queue, cause, campaign, unsaid=queue in HOLDERS and queue != UNROUTED)
