"""Something worth keeping, in a broker and in a store."""

from collections.abc import Mapping

import aio_pika
from pymongo import AsyncMongoClient


async def keep_something(urls: Mapping[str, str]) -> None:
    """A persistent message in a quorum queue, and a document."""
    async with await aio_pika.connect(urls["amqp"]) as connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True, arguments={"x-queue-type": "quorum"})
        message = aio_pika.Message(b"kept", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "kept")
    async with AsyncMongoClient[dict[str, str]](urls["mongo"]) as client:
        await client["otm"]["things"].insert_one({"_id": "kept"})


async def find_it(urls: Mapping[str, str]) -> tuple[bytes, str]:
    """The message and the document, or nothing in their place."""
    async with await aio_pika.connect(urls["amqp"]) as connection:
        queue = await (await connection.channel()).get_queue("kept")
        message = await queue.get(timeout=10, fail=False)
    async with AsyncMongoClient[dict[str, str]](urls["mongo"]) as client:
        document = await client["otm"]["things"].find_one() or {}
    return message.body if message else b"", document.get("_id", "")
