"""Keeping the newest of what may be heard in any order, by several at once, also where nothing is there yet."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from pymongo.errors import DuplicateKeyError


async def keep_newest(upsert: Callable[[], Awaitable[object]]) -> None:
    """Runs an upsert whose filter names the key, and refuses to match what is as new or newer.

    A key that is there already may have come into being just now, by something older. So it is tried twice: what is
    there by then either matches, or is as new or newer and stays.
    """
    for _ in range(2):
        with suppress(DuplicateKeyError):
            await upsert()
            return
