"""Everything that was said and is not heard yet, by the broker's and the store's own account."""

import asyncio
from collections.abc import Sequence

import aio_pika
from pymongo import AsyncMongoClient

from deploy.catalogue import SERVICES
from shared.messaging.declaring import depths
from shared.messaging.topology import UNROUTED, Consumer, queues

LOOKS, BETWEEN_SECONDS = 2, 0.5
ASK_SECONDS = 5.0
DEAD = ".dead"


class Waiting:
    """Queues and outboxes of one set of services."""

    def __init__(self, amqp_url: str, mongo_url: str, database_prefix: str, delays: Sequence[float]) -> None:
        self._amqp_url, self._mongo_url, self._prefix = amqp_url, mongo_url, database_prefix
        self.consumers = [
            Consumer(name, contract, tuple(delays))
            for name, messages in SERVICES.items()
            for contract in messages.hears
        ]
        self._names = [queue.name for queue in queues(self.consumers)]

    async def look(self) -> str:
        """Returns what waits, in words; empty where nothing does, in several looks one after another."""
        for number in range(LOOKS):
            if number:
                await asyncio.sleep(BETWEEN_SECONDS)
            if found := {name: count for name, count in (await self.counted()).items() if count and not _ended(name)}:
                return ", ".join(f"{name}: {count}" for name, count in found.items())
        return ""

    async def ended(self) -> dict[str, int]:
        """Returns how many messages nobody will hear any more, by queue: dead letters, and events without a hearer."""
        return {name: count for name, count in (await self.counted()).items() if count and _ended(name)}

    async def counted(self) -> dict[str, int]:
        """Returns the messages in each queue and the rows in each outbox. Raises the clients' own errors."""
        async with asyncio.timeout(ASK_SECONDS):
            async with await aio_pika.connect(self._amqp_url, timeout=ASK_SECONDS) as connection:
                found = {name: depth.messages for name, depth in (await depths(connection, self._names)).items()}
            async with AsyncMongoClient[dict[str, object]](self._mongo_url, serverSelectionTimeoutMS=2_000) as client:
                for service in SERVICES:
                    rows = client[f"{self._prefix}otm_{service}"]["outbox"]
                    found[f"outbox of {service}"] = await rows.count_documents({})
        return found


def _ended(name: str) -> bool:
    return name.endswith(DEAD) or name == UNROUTED
