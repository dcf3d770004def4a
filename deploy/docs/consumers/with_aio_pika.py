import asyncio
import json
import os

import aio_pika


async def main() -> None:
    async with await aio_pika.connect_robust(os.environ["OTM_AMQP_URL"]) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=20)
        queue = await channel.get_queue("my-team.events")
        async with queue.iterator() as messages:
            async for message in messages:
                async with message.process(requeue=True):
                    print(message.message_id, message.type, json.loads(message.body)["campaign"], flush=True)


asyncio.run(main())
