"""Notices a process that runs and answers no more."""

import asyncio
import time

from deploy.local.processes.health import Prober

LOOK_SECONDS = 2.0


async def until_hung(url: str, seconds: float, first: float) -> str:
    """Returns the trouble when `url` has given no good answer for that many seconds, or no first one for `first`."""
    deadline = time.monotonic() + first
    async with Prober() as prober:
        while True:
            answer = await prober.ask(url)
            if answer.well:
                deadline = time.monotonic() + seconds
            elif time.monotonic() >= deadline:
                return answer.trouble
            await asyncio.sleep(min(LOOK_SECONDS, seconds / 4))
