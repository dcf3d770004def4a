"""RabbitMQ and MongoDB in containers, started by testcontainers.

Images by setting: `OTM_RABBITMQ_IMAGE` (default `rabbitmq:management`) and `OTM_MONGO_IMAGE` (default `mongo:7`). Where
testcontainers' own clean-up image cannot be had, set `TESTCONTAINERS_RYUK_DISABLED=true`: the containers are removed
at the end all the same, unless the run is killed.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aio_pika
import pymongo
from testcontainers.core.container import DockerContainer

from deploy.local.broker.management import Management
from tests.support.ground import Ground

AMQP, MANAGEMENT, MONGO = 5672, 15672, 27017
USER = "guest"


@asynccontextmanager
async def containers() -> AsyncIterator[Ground]:
    rabbitmq = DockerContainer(os.environ.get("OTM_RABBITMQ_IMAGE", "rabbitmq:management"))
    rabbitmq = rabbitmq.with_exposed_ports(AMQP, MANAGEMENT).with_env("RABBITMQ_DEFAULT_USER", USER)
    rabbitmq = rabbitmq.with_env("RABBITMQ_DEFAULT_PASS", USER)
    mongo = DockerContainer(os.environ.get("OTM_MONGO_IMAGE", "mongo:7")).with_exposed_ports(MONGO)
    if "OTM_MONGO_IMAGE" not in os.environ:
        mongo = mongo.with_command("--replSet rs0 --bind_ip_all")
    async with AsyncExitStack() as stack:
        for container in (rabbitmq, mongo):
            await asyncio.to_thread(container.start)
            stack.callback(container.stop)
        ground = Ground(
            amqp_url=f"amqp://{USER}:{USER}@{_address(rabbitmq, AMQP)}/",
            management_url=f"http://{USER}:{USER}@{_address(rabbitmq, MANAGEMENT)}",
            mongo_url=f"mongodb://{_address(mongo, MONGO)}/?directConnection=true",
        )
        await _ready(ground)
        yield ground


def _address(container: DockerContainer, port: int) -> str:
    return f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}"


async def _ready(ground: Ground, within: float = 90) -> None:
    async with asyncio.timeout(within):
        while not (await _broker_answers(ground) and await asyncio.to_thread(_store_answers, ground)):
            await asyncio.sleep(0.5)


async def _broker_answers(ground: Ground) -> bool:
    try:
        await (await aio_pika.connect(ground.amqp_url)).close()
        async with Management(ground.management_url) as management:
            await management.create_vhost("ready")
    except Exception:
        return False
    return True


def _store_answers(ground: Ground) -> bool:
    """Whether there is a primary to write to; a fresh replica set is made one first."""
    client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(ground.mongo_url, serverSelectionTimeoutMS=500)
    try:
        if not client.admin.command("hello").get("setName"):
            client.admin.command("replSetInitiate")
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except pymongo.errors.PyMongoError:
        return False
    finally:
        client.close()
