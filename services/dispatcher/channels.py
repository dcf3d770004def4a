"""How communications leave the house: one small module for each channel, all behind this interface."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.dispatcher.communication import Communication, ControlContacted


@dataclass(frozen=True, slots=True)
class Batch:
    """One chunk's communications for one channel. Sent again, it is the same batch with the same bytes."""

    campaign: str
    chunk: int
    issued_at: datetime
    communications: Sequence[Communication]


class Channel(Protocol):
    async def send(self, batch: Batch) -> None:
        """Take the whole batch, durably; a repeat has no further effect."""
        ...


class GuardedChannel:
    """The last step before any channel: nothing for a control arm passes, whatever went wrong before."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def send(self, batch: Batch) -> None:
        for communication in batch.communications:
            if communication.arm.control:
                raise ControlContacted(f"{batch.campaign} chunk {batch.chunk}: arm {communication.arm.code}")
        await self._channel.send(batch)
