import json
import os

import pika

channel = pika.BlockingConnection(pika.URLParameters(os.environ["OTM_AMQP_URL"])).channel()
channel.basic_qos(prefetch_count=20)
for method, properties, body in channel.consume("my-team.events"):
    print(properties.message_id, properties.type, json.loads(body)["campaign"], flush=True)
    channel.basic_ack(method.delivery_tag)
