"""One fault against one campaign, and what came of it."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from deploy.local.processes.busy import stretched
from tests.chaos.campaign import STEPS, SmallCampaign
from tests.chaos.fault import Fault
from tests.chaos.system import System
from tests.chaos.tally import Tally
from tests.support.stage import Silent

BEGINS_WITHIN_SECONDS = 1.0
"""Time from the beginning of its step until a fault begins, at most."""
LAST_LOOK_SECONDS = 15.0
STRUCK_SECONDS = 600.0
"""Time in which a fault that begins with a campaign must have been brought about."""


@dataclass(frozen=True)
class Trial:
    """`seconds` until every service was well again after the fault had ended. `stuck` is why the campaign did not come
    to its end, if so."""

    fault: str
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    mails_again: int = 0
    seconds: float = 0.0
    stuck: str = ""

    @property
    def held(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)


class Steps(Silent):
    """The steps of a campaign, as they are reached."""

    def __init__(self) -> None:
        self._reached = [asyncio.Event() for _ in range(STEPS)]
        self._next = iter(self._reached)
        self.ended = asyncio.Event()

    def step(self, title: str) -> None:
        next(self._next).set()

    async def reached(self, number: int) -> None:
        await self._reached[number].wait()


async def try_out(system: System, fault: Fault, number: int, random: Random, expected: Tally) -> Trial:
    """`expected` is what comes of a campaign that nothing happens to."""
    steps = Steps()
    campaign = SmallCampaign(system, number, steps)
    striking = asyncio.create_task(_strike(system, fault, random, steps))
    try:
        await campaign.play_to_the_end()
        steps.ended.set()
        async with asyncio.timeout(stretched(STRUCK_SECONDS)):
            seconds = await striking
        return await _judge(system, fault, campaign, seconds, expected)
    except Exception as error:
        first = striking.exception() if striking.done() else None
        return Trial(fault.name, stuck=f"{campaign.campaign}: {first or error!r}")
    finally:
        striking.cancel()
        await asyncio.wait({striking})
        await campaign.end()


async def _strike(system: System, fault: Fault, random: Random, steps: Steps) -> float:
    """Returns the seconds from the end of the fault until all is well."""
    if not fault.early:
        await steps.reached(random.randrange(STEPS))
        await asyncio.sleep(random.uniform(0, BEGINS_WITHIN_SECONDS))
    async with fault.inflicted(system, random):
        await (steps.ended.wait() if fault.seconds is None else asyncio.sleep(fault.seconds))
        ended = time.monotonic()
    await system.well()
    return time.monotonic() - ended


async def _judge(system: System, fault: Fault, campaign: SmallCampaign, seconds: float, expected: Tally) -> Trial:
    await system.settled()
    deadline = time.monotonic() + stretched(LAST_LOOK_SECONDS)
    while True:
        found = await campaign.tally()
        lost, doubled = found.lost(expected) + Counter(await system.waiting.ended()), found.doubled(expected)
        if not (lost or doubled) or time.monotonic() > deadline:
            return Trial(fault.name, lost, doubled, found.mails_again, seconds)
        await asyncio.sleep(0.5)
