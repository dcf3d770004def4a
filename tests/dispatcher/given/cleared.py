"""Clearance for a channel that is tested by itself."""

from typing import Any

from services.dispatcher.channels.channel import Batch, Channel, GuardedChannel
from services.dispatcher.schedule.chunk import FileDigests

NOBODY: Any = None  # a whole batch needs no ledger


class Cleared:
    async def handing_over(self, files: FileDigests | None = None) -> None: ...

    async def kept_back(self) -> None: ...

    async def going(self) -> bool:
        return True


async def sent(channel: Channel | GuardedChannel, asked: Batch, settled: Batch | None = None) -> None:
    """Sends `settled` by a channel that was reserved for the batch `asked`: the same, unless it is given."""
    async with channel.reserved(asked, NOBODY) as way:
        await way.send(settled or asked, Cleared())
