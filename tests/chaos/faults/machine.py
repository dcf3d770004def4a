"""A clock that is wrong, and a disk that is full."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

from deploy.local.stack.services import SERVICES
from tests.chaos.fault import Fault
from tests.chaos.faults.broker import own
from tests.chaos.system import System

HOUR = timedelta(hours=1)


@asynccontextmanager
async def skewed(system: System, random: Random) -> AsyncIterator[None]:
    service = random.choice(SERVICES)
    system.clocks.skew(service, random.choice((HOUR, -HOUR)))
    try:
        yield
    finally:
        system.clocks.skew(service, timedelta())


@asynccontextmanager
async def full(system: System, random: Random) -> AsyncIterator[None]:
    disk = own(system).disk
    assert disk
    with disk.full():
        yield


FAULTS = (
    Fault("a clock that is an hour wrong", skewed, seconds=None, early=True),
    Fault("a full disk for 15 s", full, seconds=15, needs_disk=True),
)
