"""Services that die, hang and are restarted."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

from deploy.local.errors import StartError
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.services import SERVICES
from tests.chaos.fault import Fault
from tests.chaos.system import System

RESTARTS = 25
STARTS = 3


@asynccontextmanager
async def killed(system: System, random: Random) -> AsyncIterator[None]:
    await system.services.kill(random.choice(SERVICES))
    yield


@asynccontextmanager
async def killed_together(system: System, random: Random) -> AsyncIterator[None]:
    await asyncio.gather(*(system.services.kill(service) for service in SERVICES))
    yield


@asynccontextmanager
async def died_at_a_crash_point(system: System, random: Random) -> AsyncIterator[None]:
    await system.crash_points.died(*random.choice(list(system.crash_points.all())))
    yield


@asynccontextmanager
async def hung(system: System, random: Random) -> AsyncIterator[None]:
    replica = system.services.replica(random.choice(SERVICES))
    await replica.wait_ready()
    pid = replica.pid or 0
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def restarted(system: System, random: Random) -> AsyncIterator[None]:
    """Every service in turn, by SIGTERM, each when the one before it is ready again."""
    for number in range(RESTARTS):
        replica = system.services.replica(SERVICES[number % len(SERVICES)])
        await replica.stop()
        await _back(replica)
    yield


async def _back(replica: Supervised) -> None:
    """Starts it again as often as an orchestrator would: on a machine that is busy a start may take too long."""
    for _ in range(STARTS):
        with suppress(StartError):
            return await replica.start()
    return await replica.start()


FAULTS = (
    Fault("a service killed", killed),
    Fault("all services killed", killed_together),
    Fault("a service dies at a crash point", died_at_a_crash_point, early=True),
    Fault("a service hangs for 12 s", hung, seconds=12),
    Fault(f"{RESTARTS} rolling restarts", restarted, early=True),
)
