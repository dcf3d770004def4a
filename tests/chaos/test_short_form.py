"""A few of the faults at once against one small campaign: `make chaos` tries each of them, many times."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random

from tests.chaos.fault import Fault
from tests.chaos.faults import network, services
from tests.chaos.system import System, system
from tests.chaos.trial import try_out, undisturbed
from tests.support.ground import Ground

SEED = 19
LETTERS = 32
"""Letters to four of five customers; the fifth are the control."""


@asynccontextmanager
async def at_once(system: System, random: Random) -> AsyncIterator[None]:
    async with AsyncExitStack() as faults:
        for inflicted in (network.twice, network.cut, services.killed):
            await faults.enter_async_context(inflicted(system, random))
        yield


async def test_a_campaign_ends_as_if_nothing_had_happened(ground: Ground, amqp_url: str, tmp_path: Path) -> None:
    async with system(ground, amqp_url, tmp_path) as running:
        expected = await undisturbed(running, 1)
        assert expected.counts["letters"] == expected.counts["letters recognised"] == LETTERS
        assert expected.counts["contacts kept"] == expected.counts["contacts counted"] > 0
        fault = Fault("messages twice, connections cut, a service killed", at_once, seconds=None, early=True)
        trial = await try_out(running, fault, 2, Random(SEED), expected)
    assert trial.held, trial
