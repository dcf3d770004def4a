"""The figures of all queues, read from RabbitMQ's management API: for `otm queues`, and for the page of operations."""

import asyncio

from shared.messaging.known_queues import KNOWN_QUEUES
from shared.messaging.management import ManagementApi
from shared.messaging.names import is_ours
from shared.messaging.queues.queue import QueueNow, missing_queue, oldest_age, queue_of

COLUMNS = (
    "name,messages_ready,messages_unacknowledged,consumers,message_stats.publish_details.rate,"
    "message_stats.ack_details.rate"
)


async def figures(management: ManagementApi, vhost: str) -> list[QueueNow]:
    """Returns the queues of the virtual host, and those that should be there, by name. Nothing is taken out of any."""
    listed = await management.listed("queues", vhost, COLUMNS)
    found = {each["name"]: queue_of(each) for each in listed if is_ours(each["name"])}
    aged = await asyncio.gather(*(_aged(management, vhost, queue) for queue in found.values()))
    queues = [*aged, *(missing_queue(name) for name in KNOWN_QUEUES if name not in found)]
    return sorted(queues, key=lambda queue: queue.name)


async def _aged(management: ManagementApi, vhost: str, queue: QueueNow) -> QueueNow:
    if not queue.depth:
        return queue
    found = oldest_age(queue.depth, await management.published(vhost, queue.name))
    if found is None:
        return queue
    return queue.model_copy(update={"oldest_seconds": round(found[0].total_seconds(), 1), "at_least": found[1]})
