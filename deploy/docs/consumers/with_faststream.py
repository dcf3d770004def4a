import asyncio
import os

from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue

broker = RabbitBroker(os.environ["OTM_AMQP_URL"], default_channel=Channel(prefetch_count=20))
queue = RabbitQueue("my-team.events", declare=False)


@broker.subscriber(queue, ack_policy=AckPolicy.NACK_ON_ERROR, no_reply=True)
async def handle(event: dict[str, object], message: RabbitMessage) -> None:
    print(message.message_id, message.raw_message.type, event["campaign"], flush=True)


asyncio.run(FastStream(broker).run())
