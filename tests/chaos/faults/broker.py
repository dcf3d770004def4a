"""A broker that dies, hangs, is away, has an alarm, or closes all connections."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from deploy.local.processes.component import to_the_end
from shared.messaging.names import vhost_of
from tests.chaos.fault import Fault
from tests.chaos.own_ground import OwnGround
from tests.chaos.system import System

SWITCHES = {
    "memory": ("set_vm_memory_high_watermark", "0.00001", "0.4"),
    "disk": ("set_disk_free_limit", "1000GB", "50MB"),
}
"""The command for each alarm, what raises it, and what is usual."""


def own(system: System) -> OwnGround:
    assert system.own is not None
    return system.own


@asynccontextmanager
async def killed(system: System, random: Random) -> AsyncIterator[None]:
    own(system).signal("broker", signal.SIGKILL)
    yield


@asynccontextmanager
async def away(system: System, random: Random) -> AsyncIterator[None]:
    await own(system).infrastructure.broker.stop()
    try:
        yield
    finally:
        await to_the_end(own(system).infrastructure.broker.start())  # also for a campaign that is given up


@asynccontextmanager
async def hung(system: System, random: Random) -> AsyncIterator[None]:
    async with own(system).node.stopped():
        yield


@asynccontextmanager
async def short_of_memory(system: System, random: Random) -> AsyncIterator[None]:
    async with _alarm(system, "memory"):
        yield


@asynccontextmanager
async def short_of_disk(system: System, random: Random) -> AsyncIterator[None]:
    async with _alarm(system, "disk"):
        yield


@asynccontextmanager
async def connections_closed(system: System, random: Random) -> AsyncIterator[None]:
    vhost = vhost_of(system.amqp_url)
    for _ in range(3):
        await own(system).node.control("close_all_connections", "--vhost", vhost, "tried out")
        await asyncio.sleep(random.uniform(0, 2))
    yield


@asynccontextmanager
async def _alarm(system: System, resource: str) -> AsyncIterator[None]:
    command, raises, usual = SWITCHES[resource]
    await own(system).node.control(command, raises)
    try:
        yield
    finally:
        await to_the_end(own(system).node.control(command, usual))


FAULTS = (
    Fault("the broker killed", killed),
    Fault("the broker away for 60 s", away, seconds=60),
    Fault("the broker hangs for 8 s", hung, seconds=8),
    Fault("a memory alarm of the broker for 10 s", short_of_memory, seconds=10),
    Fault("a disk alarm of the broker for 10 s", short_of_disk, seconds=10),
    Fault("connections closed by the broker", connections_closed),
)
