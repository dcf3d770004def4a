"""A store that dies, hangs or is away, and a network that loses its commits and its answers."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from deploy.local.processes.component import to_the_end
from tests.chaos.fault import Fault
from tests.chaos.faults.broker import own
from tests.chaos.system import System
from tests.support.store_proxy import Deed

COMMITS = 12
"""Commits in a row that something happens to."""


@asynccontextmanager
async def killed(system: System, random: Random) -> AsyncIterator[None]:
    own(system).signal("store", signal.SIGKILL)
    yield


@asynccontextmanager
async def away(system: System, random: Random) -> AsyncIterator[None]:
    await own(system).infrastructure.store.stop()
    try:
        yield
    finally:
        await to_the_end(own(system).infrastructure.store.start())  # also for a campaign that is given up


@asynccontextmanager
async def hung(system: System, random: Random) -> AsyncIterator[None]:
    own(system).signal("store", signal.SIGSTOP)
    try:
        yield
    finally:
        own(system).signal("store", signal.SIGCONT)


@asynccontextmanager
async def commits_lost(system: System, random: Random) -> AsyncIterator[None]:
    _next(system, random, "lose", "pass")
    yield


@asynccontextmanager
async def answers_lost(system: System, random: Random) -> AsyncIterator[None]:
    _next(system, random, "drop", "pass")
    yield


@asynccontextmanager
async def answers_late(system: System, random: Random) -> AsyncIterator[None]:
    _next(system, random, "delay", "pass")
    yield


def _next(system: System, random: Random, *deeds: Deed) -> None:
    system.store.deeds[:] = random.choices(deeds, k=COMMITS)


FAULTS = (
    Fault("the store killed", killed),
    Fault("the store away for 20 s", away, seconds=20),
    Fault("the store hangs for 8 s", hung, seconds=8),
    Fault("commits that never reach the store", commits_lost, early=True),
    Fault("commits whose answer is lost", answers_lost, early=True),
    Fault("commits whose answer comes late", answers_late, early=True),
)
