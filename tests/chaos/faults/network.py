"""A network between services and broker that loses, holds up, cuts, doubles and shuffles."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random

from tests.chaos.fault import Fault
from tests.chaos.system import System
from tests.support.amqp_proxy import ACK, NACK, REJECT, Deliveries, Delivery, Frame, Link, Passing

LATE_SECONDS = 0.3
HELD_SECONDS = 0.8
"""The longest that a message is held back to be overtaken by others."""


class WithoutConfirms(Passing):
    """The broker has every other message, and nobody who published one is told."""

    def __init__(self, random: Random) -> None:
        self._random = random

    async def to_service(self, link: Link, frame: Frame) -> None:
        if frame.method != ACK or self._random.random() < 0.5:
            await super().to_service(link, frame)


class BlackHole(Passing):
    """Nothing arrives, in either direction, and no connection ends by it."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    async def joined(self) -> None:
        await self.over.wait()

    async def to_broker(self, link: Link, frame: Frame) -> None:
        await self.over.wait()
        await super().to_broker(link, frame)

    async def to_service(self, link: Link, frame: Frame) -> None:
        await self.over.wait()
        await super().to_service(link, frame)


class Late(Passing):
    """Everything takes longer, and keeps its order."""

    async def to_broker(self, link: Link, frame: Frame) -> None:
        asyncio.get_running_loop().call_later(LATE_SECONDS, link.to_broker, frame.raw)

    async def to_service(self, link: Link, frame: Frame) -> None:
        asyncio.get_running_loop().call_later(LATE_SECONDS, link.to_service, frame.raw)


class Twice(Deliveries):
    """Each message is delivered two times at once. Of its two acknowledgements the broker hears one."""

    def __init__(self) -> None:
        self._again: set[tuple[Link, int, int]] = set()

    def deliver(self, link: Link, channel: int, delivery: Delivery) -> None:
        self._again.add((link, channel, delivery.tag))
        link.to_service(delivery.raw * 2)

    async def to_broker(self, link: Link, frame: Frame) -> None:
        if frame.method in (ACK, NACK, REJECT) and (link, frame.channel, frame.tag) in self._again:
            self._again.remove((link, frame.channel, frame.tag))
        else:
            await super().to_broker(link, frame)


class Shuffled(Deliveries):
    """Each message is held back for a while, so that others overtake it."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def deliver(self, link: Link, channel: int, delivery: Delivery) -> None:
        held = self._random.uniform(0, HELD_SECONDS)
        asyncio.get_running_loop().call_later(held, link.to_service, delivery.raw)


def without_confirms(system: System, random: Random) -> AbstractAsyncContextManager[None]:
    return system.broker.doing(WithoutConfirms(random))


@asynccontextmanager
async def black_hole(system: System, random: Random) -> AsyncIterator[None]:
    hole = BlackHole()
    try:
        async with system.broker.doing(hole):
            yield
    finally:
        hole.over.set()


def late(system: System, random: Random) -> AbstractAsyncContextManager[None]:
    return system.broker.doing(Late())


@asynccontextmanager
async def cut(system: System, random: Random, times: int = 5) -> AsyncIterator[None]:
    for _ in range(times):
        system.broker.cut()
        await asyncio.sleep(random.uniform(0, 2))
    yield


def twice(system: System, random: Random) -> AbstractAsyncContextManager[None]:
    return system.broker.doing(Twice())


def shuffled(system: System, random: Random) -> AbstractAsyncContextManager[None]:
    return system.broker.doing(Shuffled(random))


FAULTS = (
    Fault("half of the confirms lost for 15 s", without_confirms, seconds=15),
    Fault("a black hole before the broker for 25 s", black_hole, seconds=25),
    Fault("a slow way to the broker", late, seconds=None, early=True),
    Fault("connections cut five times", cut),
    Fault("everything delivered twice", twice, seconds=None, early=True),
    Fault("everything shuffled", shuffled, seconds=None, early=True),
)
