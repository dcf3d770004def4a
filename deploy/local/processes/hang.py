"""Notices a process that runs and answers no more."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from deploy.local.processes.busy import stretched
from deploy.local.processes.health import Answer, Prober
from deploy.local.processes.program import Program

LOOK_SECONDS = 2.0


async def until_hung(program: Program, first: float) -> str:
    """Returns the trouble when there was no good answer for `hung_after` seconds, or no first one for `first`; for
    longer on a machine that is busy, on which to start it anew would make everything slower still."""
    asked, seconds = program.alive or program.health, program.hung_after
    since, allowed = time.monotonic(), first
    async with Prober() as prober:
        while True:
            answer = await _look(prober, asked)
            if answer.well:
                since, allowed = time.monotonic(), seconds
            elif time.monotonic() >= since + stretched(allowed):
                return answer.trouble
            await asyncio.sleep(min(LOOK_SECONDS, seconds / 4))


async def _look(prober: Prober, asked: str | Callable[[], Awaitable[Answer]]) -> Answer:
    """A look that fails itself says nothing good of the process, and is no reason to end it at once."""
    try:
        return await (prober.ask(asked) if isinstance(asked, str) else asked())
    except Exception as error:
        return Answer(False, f"could not be looked at: {type(error).__name__}: {error}")
