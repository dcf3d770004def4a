"""A clock that is wrong, and a disk that is full."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from random import Random

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from deploy.local.errors import StackError
from deploy.local.processes.busy import stretched
from deploy.local.processes.component import to_the_end
from deploy.local.stack.services import SERVICES
from tests.chaos.fault import Fault
from tests.chaos.faults.broker import own
from tests.chaos.system import System

HOUR = timedelta(hours=1)
BALLAST = "ballast"
BALLAST_BYTES, BALLAST_MOST = 1 << 20, 300
BALLAST_MILLISECONDS = 5_000
STARTED_ANEW_SECONDS = 120.0


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
    mongo_url = own(system).ground.mongo_url
    with disk.full():
        await _until_refused(mongo_url)
        yield
    await to_the_end(_without_ballast(mongo_url))


async def _until_refused(mongo_url: str) -> None:
    """Writes until the store has used up what it had put by of the disk."""
    async with AsyncMongoClient[dict[str, object]](mongo_url, timeoutMS=BALLAST_MILLISECONDS) as client:
        for _ in range(BALLAST_MOST):
            try:
                await client[BALLAST]["rows"].insert_one({"bytes": os.urandom(BALLAST_BYTES)})
            except PyMongoError:
                return
    raise StackError(f"the store takes more than {BALLAST_MOST} MiB on a disk that is full")


async def _without_ballast(mongo_url: str) -> None:
    """Returns once the store, which may have to be started anew, has deleted what was written to fill it."""
    async with (
        asyncio.timeout(stretched(STARTED_ANEW_SECONDS)),
        AsyncMongoClient[dict[str, object]](mongo_url, timeoutMS=BALLAST_MILLISECONDS) as client,
    ):
        while True:
            with suppress(PyMongoError):
                return await client.drop_database(BALLAST)
            await asyncio.sleep(1)


FAULTS = (
    Fault("a clock that is an hour wrong", skewed, seconds=None, early=True),
    Fault("a full disk for 15 s", full, seconds=15, needs_disk=True),
)
