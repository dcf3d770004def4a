"""Turns at a queue of dead letters: the broker gives each to one connection, and takes it back when that ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aio_pika.abc import AbstractConnection
from aiormq.exceptions import ChannelLockedResource

from shared.errors import Conflict

WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.2


class TurnTaken(Conflict):
    """Another connection has the turn."""


@asynccontextmanager
async def turn(connection: AbstractConnection, name: str, wait_seconds: float = WAIT_SECONDS) -> AsyncIterator[None]:
    """Holds the turn called `name`. Raises `TurnTaken` where another has it for all of `wait_seconds`.

    A turn is an exclusive queue: it vanishes with its connection, also where the process was killed.
    """
    async with connection.channel() as channel:
        patience = asyncio.get_running_loop().time() + wait_seconds
        while True:
            try:
                lock = await channel.declare_queue(f"lock.{name}", exclusive=True)
                break
            except ChannelLockedResource:
                if asyncio.get_running_loop().time() >= patience:
                    raise TurnTaken(f"somebody else is busy with {name}: wait for them, and try again") from None
            await asyncio.sleep(LOOK_SECONDS)
            await channel.reopen()
        try:
            yield
        finally:
            if not channel.is_closed:
                await lock.delete(if_unused=False, if_empty=False)
