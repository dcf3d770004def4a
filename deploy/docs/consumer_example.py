"""A consumer of another team, in plain aio-pika. It is printed in docs/events.md, and run by a test."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika

EVENT_TYPE = "campaign.launched.v1"


async def consume(url: str, team: str, handle: Callable[[str, dict[str, Any]], Awaitable[None]]) -> None:
    """Call `handle` with the id and the body of each event, for ever. It must be harmless when called twice."""
    async with await aio_pika.connect_robust(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=20)
        queue = await channel.declare_queue(
            f"{team}.{EVENT_TYPE}", durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 100}
        )
        await queue.bind("otm.events", EVENT_TYPE)  # the exchange is there already: never declare it
        async with queue.iterator() as messages:
            async for message in messages:
                async with message.process(requeue=True):  # acknowledged only once `handle` has returned
                    await handle(str(message.headers["cloudEvents:id"]), json.loads(message.body))


async def show(event_id: str, event: dict[str, Any]) -> None:
    print(event_id, event["campaign"])


if __name__ == "__main__":
    asyncio.run(consume(os.environ["OTM_AMQP_URL"], "my-team", show))
