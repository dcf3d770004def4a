"""Floor of the loop: commits said one after another, each heard before the next, with nothing decided in between."""

import asyncio
import time

import aio_pika
from aio_pika import DeliveryMode, Message
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern

QUEUE = "bench.floor"


async def floor(amqp_url: str, mongo_url: str, hops: int, times: int) -> list[float]:
    """Seconds for `hops` hops, so many times: a document, a confirmed message about it to a quorum queue, and its
    arrival."""
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(mongo_url)
    rows = client["bench_floor"].get_collection("rows", write_concern=WriteConcern("majority"))
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel(on_return_raises=True)
        queue = await channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        arrived: asyncio.Queue[bytes] = asyncio.Queue()

        async def hear(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            await message.ack()
            arrived.put_nowait(message.body)

        await queue.consume(hear)
        found = []
        for _ in range(times):
            began = time.perf_counter()
            for _ in range(hops):
                kept = await rows.insert_one({"said": False})
                message = Message(str(kept.inserted_id).encode(), delivery_mode=DeliveryMode.PERSISTENT)
                await channel.default_exchange.publish(message, QUEUE)
                await arrived.get()
            found.append(time.perf_counter() - began)
        await queue.delete(if_unused=False, if_empty=False)
    client.close()
    return found
