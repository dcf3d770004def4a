"""Waits until something holds."""

import asyncio
import time
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 90.0


async def until(condition: Callable[[], Awaitable[bool]], within: float = PATIENCE_SECONDS) -> float:
    """Seconds until the condition held."""
    begun = time.monotonic()
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.05)
    return time.monotonic() - begun
