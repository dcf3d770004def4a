"""Messages that wait in queues, copied out and put back with all that they carry."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.topology import UNROUTED, is_retry

KEPT = ("content_type", "message_id", "correlation_id", "type", "app_id")
"""Properties that are texts. The user is not kept: it is the one that puts the message back."""
WHEN, COUNTED = "when", "x-delivery-count"


async def copied(channel: AbstractChannel, queue: str) -> AsyncIterator[bytes]:
    """Yields each waiting message as a line of JSON. All stay in the queue, in their order."""
    declared = await channel.declare_queue(queue, passive=True)
    held: list[AbstractIncomingMessage] = []
    try:
        for _ in range(declared.declaration_result.message_count or 0):
            message = await declared.get(fail=False)
            if message is None:
                break
            held.append(message)
            yield json.dumps(_described(message)).encode() + b"\n"
    finally:
        for message in held:
            await message.nack(requeue=True)


async def put_back(channel: AbstractChannel, queue: str, described: dict[str, Any], user: str | None) -> None:
    """Publishes a copied message to its queue. `user` is the broker's user of this connection, who vouches for it."""
    message = Message(
        base64.b64decode(described["body"]),
        headers=_typed(described["headers"]),
        delivery_mode=DeliveryMode.PERSISTENT,
        timestamp=described["timestamp"],
        user_id=user,
        **{name: described[name] for name in KEPT},
    )
    if is_retry(queue) or queue == UNROUTED:
        # goes on by its own routing key, so it comes through the exchange of the queue's name
        own = await channel.get_exchange(queue, ensure=False)
        await own.publish(message, described["routing_key"], mandatory=True)
    else:
        await channel.default_exchange.publish(message, queue, mandatory=True)


def _described(message: AbstractIncomingMessage) -> dict[str, Any]:
    return {
        "body": base64.b64encode(message.body).decode(),
        "routing_key": message.routing_key or "",
        "headers": {name: _plain(value) for name, value in message.headers.items() if name != COUNTED},
        "timestamp": message.timestamp.timestamp() if message.timestamp else None,
        **{name: getattr(message, name) for name in KEPT},
    }


def _plain(value: Any) -> Any:
    """Returns a header's value as JSON: a time under a name of its own, other kinds of the protocol as text."""
    if isinstance(value, datetime):
        return {WHEN: value.timestamp()}
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {WHEN}:
            return datetime.fromtimestamp(value[WHEN], UTC)
        return {name: _typed(each) for name, each in value.items()}
    return [_typed(each) for each in value] if isinstance(value, list) else value
