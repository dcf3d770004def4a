"""Events as they are said, followed from outside: what is shown of them is masked."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from deploy.local.operate.dead_letters.place import connected
from deploy.local.operate.events.catalogue import BY_TYPE
from shared.contracts import Contract
from shared.messaging.envelope import attributes_of
from shared.messaging.redaction import redacted, word_shown
from shared.messaging.topology import EVENTS

KEPT_MOST = 10_000
"""Events that the broker keeps for somebody whose terminal is slow; older ones are dropped."""


async def followed(types: Sequence[str], campaign: str) -> AsyncGenerator[dict[str, Any], None]:
    """Yields events of these types, of one campaign or of all, from now on and without an end.

    Only types that there are can be followed: an event of another type goes on to `otm.unrouted`, where it is missed.
    """
    arguments: dict[str, Any] = {"x-max-length": KEPT_MOST, "x-overflow": "drop-head"}
    async with connected() as connection, connection.channel() as channel:
        await channel.set_qos(prefetch_count=100)
        queue = await channel.declare_queue(exclusive=True, auto_delete=True, arguments=arguments)
        for event_type in types:
            await queue.bind(EVENTS, event_type)
        async with queue.iterator(no_ack=True) as messages:
            async for message in messages:
                event = described(message)
                if campaign in ("", event["campaign"]):
                    yield event


def described(message: AbstractIncomingMessage) -> dict[str, Any]:
    """Returns what is shown of an event: anybody may have said it."""
    attributes = attributes_of(message.headers)
    event_type = attributes.get("type", "")
    return {
        "time": word_shown(attributes.get("time", "")),
        "type": event_type if event_type in BY_TYPE else word_shown(event_type),
        "campaign": word_shown(attributes.get("subject", "")),
        "id": word_shown(attributes.get("id", "")),
        "said_by": message.user_id,
        "data": redacted(message.body, BY_TYPE.get(message.routing_key or "", Contract)),
    }
