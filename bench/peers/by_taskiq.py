import asyncio
from typing import Any

import aio_pika
from motor.motor_asyncio import AsyncIOMotorClient
from taskiq_aio_pika import AioPikaBroker
from taskiq_aio_pika.queue import Queue

from bench.peers.one import AMQP, DATABASE, DONE, MONGO
from bench.peers.one import issue as compose_and_print

broker = AioPikaBroker(AMQP or None, qos=50, task_queues=[Queue(name="bench-taskiq")])
_held: dict[str, Any] = {}


@broker.task
async def issue(row: int) -> None:
    database, channel = await held()
    issued = compose_and_print(await database["recipients"].find_one({"_id": row}))
    await database["communications"].insert_one(issued.entry)
    message = aio_pika.Message(issued.event, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
    await channel.default_exchange.publish(message, DONE)


async def held() -> tuple[Any, Any]:
    if not _held:
        client: Any = AsyncIOMotorClient(MONGO, w="majority", journal=True)
        channel = await (await aio_pika.connect(AMQP)).channel(publisher_confirms=True)
        _held["both"] = (client[DATABASE], channel)
    return _held["both"]


def enqueue(size: int) -> None:
    async def send() -> None:
        await broker.startup()
        for row in range(1, size + 1):
            await issue.kiq(row)
        await broker.shutdown()

    asyncio.run(send())


COMMAND = ["taskiq", "worker", "bench.peers.by_taskiq:broker", "--workers", "2", "--max-async-tasks", "50"]
