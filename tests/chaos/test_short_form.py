"""A few of the faults at once against one small campaign: `make chaos` tries each of them, many times.

What must come of it is written down, so that no other campaign has to be played first.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

from tests.chaos.fault import Fault
from tests.chaos.faults import network, services
from tests.chaos.system import System, system
from tests.chaos.trial import try_out
from tests.chaos.undisturbed import EXPECTED
from tests.support.ground import Ground

SEED = 19
CUTS = 2
"""To connect anew, with all consumers of all services, takes time that others of the default suite need."""


@asynccontextmanager
async def at_once(system: System, random: Random) -> AsyncIterator[None]:
    async with AsyncExitStack() as faults:
        for inflicted in (network.twice, partial(network.cut, times=CUTS), services.killed):
            await faults.enter_async_context(inflicted(system, random))
        yield


async def test_a_campaign_ends_as_if_nothing_had_happened(ground: Ground, amqp_url: str, tmp_path: Path) -> None:
    async with system(ground, amqp_url, tmp_path) as running:
        fault = Fault("messages twice, connections cut, a service killed", at_once, seconds=None, early=True)
        trial = await try_out(running, fault, 2, Random(SEED), EXPECTED)
    assert trial.held, f"{trial}: see `EXPECTED` where the rules have changed"
