"""Queues that are deleted, full, or full of what nobody can read."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import aio_pika

from deploy.local.broker.management import Management
from deploy.local.processes.component import to_the_end
from shared.messaging.names import vhost_of
from shared.messaging.topology import Consumer, dead_queue
from shared.running.settings import BusSettings
from tests.chaos.fault import Fault
from tests.chaos.system import System

POISON = 2 * int(BusSettings.model_fields["prefetch"].default)
FULL = "full"


@asynccontextmanager
async def deleted(system: System, random: Random) -> AsyncIterator[None]:
    """A queue that is empty: what is in one that is deleted is gone."""
    await system.settled()
    consumer = random.choice(system.waiting.consumers)
    async with Management(system.stage.ground.management_url) as management:
        await management.delete("queues", vhost_of(system.amqp_url), consumer.queue)
    yield


@asynccontextmanager
async def full(system: System, random: Random) -> AsyncIterator[None]:
    """Every queue of a service that hangs takes a single message."""
    consumer = random.choice(system.waiting.consumers)
    replica = system.services.replica(consumer.service)
    await replica.wait_ready()
    pid = replica.pid or 0
    policy = {
        "vhost": vhost_of(system.amqp_url), "name": FULL, "pattern": rf"^{consumer.service}\.", "apply-to": "queues",
        "priority": 1, "definition": {"max-length": 1, "overflow": "reject-publish"},
    }  # fmt: skip
    async with Management(system.stage.ground.management_url) as management:
        await management.take({"policies": [policy]})
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
            await to_the_end(management.delete("policies", vhost_of(system.amqp_url), FULL))


@asynccontextmanager
async def poisoned(system: System, random: Random) -> AsyncIterator[None]:
    """Twice as many messages as a service takes at a time, all of which are in the dead letters at the end."""
    consumer = random.choice(system.waiting.consumers)
    async with await aio_pika.connect(system.amqp_url) as connection:
        channel = await connection.channel()
        for number in range(POISON):
            message = aio_pika.Message(b"{" * number, message_id=f"poison {number}")
            await channel.default_exchange.publish(message, consumer.queue)
        yield
        await system.settled()
        await _take_away(await channel.get_queue(dead_queue(consumer.service), ensure=False), consumer)


async def _take_away(dead: aio_pika.abc.AbstractQueue, consumer: Consumer) -> None:
    for _ in range(POISON):
        message = await dead.get(no_ack=True, timeout=10)
        assert message
        assert message.headers["x-otm-origin"] == consumer.queue


FAULTS = (
    Fault("a queue deleted", deleted),
    Fault("the queues of a service full for 10 s", full, seconds=10),
    Fault(f"{POISON} messages that nobody can read", poisoned),
)
