"""The interface of every channel, and the guard that stands before each of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.ledger.ports import SendLedger
from services.dispatcher.letters.communication import Communication, ControlContacted
from services.dispatcher.schedule.chunk import FileDigests
from shared.errors import Transient


class Deferred(Transient):
    """The channel takes nothing more before `until`: it is at its limit, or its provider is failing."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Halted(Transient):
    """The campaign was paused or stopped while the chunk was in hand."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The communications of one chunk for one channel. Sent again, the batch has the same bytes."""

    campaign: str
    chunk: int
    channel: str
    issued_at: datetime
    communications: Sequence[Communication] = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.campaign}-{self.chunk:06d}"

    @property
    def id(self) -> str:
        """The id of its chunk."""
        return f"{self.campaign}:{self.chunk:06d}"

    @property
    def items(self) -> int:
        """Number of pieces to print and post: the letters and the agents' copies of them."""
        return sum(1 if communication.copy is None else 2 for communication in self.communications)


class SendClearance(Protocol):
    """Permission that a channel asks of the issuer just before a step that cannot be undone."""

    async def going(self) -> bool:
        """Returns whether the campaign may still issue: asked again before every further step."""
        ...

    async def handing_over(self, files: FileDigests | None = None) -> None:
        """Records that the batch is handed over, as these `files` where it is printed from any, just before the step by
        which a channel that takes it whole does so: from now on it is not judged again. Raises `Halted`, and `Stale` if
        another process settled it meanwhile."""
        ...

    async def kept_back(self) -> None:
        """Takes that back, where it is certain that nothing was handed over."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """Way out by a channel that is reserved: nothing for a control arm passes, whatever went wrong before.

    `bundle` is the one opened by a channel that sends one by one: results are said in it. None if the batch is taken
    whole.
    """

    carry: Callable[[Batch, SendClearance], Awaitable[None]]
    bundle: int | None = None

    async def send(self, batch: Batch, clearance: SendClearance) -> None:
        """Returns when all of the batch, as it is settled now, is out, durably; a repeat has no further effect.

        Raises `Halted` when the campaign may not issue any more, `Deferred` when the channel is at its limit,
        `Unavailable` when the provider cannot be reached, and something permanent when it refuses the batch as a whole.
        """
        _expect_no_control(batch)
        await self.carry(batch, clearance)


class Channel(Protocol):
    @property
    def one_by_one(self) -> bool:
        """True if each communication has a result of its own; else the batch is taken whole or not at all."""
        ...

    @property
    def capabilities(self) -> ChannelCapabilities: ...

    def reserved(self, batch: Batch, ledger: SendLedger) -> AbstractAsyncContextManager[Way]:
        """Reserves the channel for the batch, for the time of the block: limits, back-off, claim. Nothing goes out yet;
        in the block the batch is settled and recorded, and then sent by the way.

        Entry and block raise `Deferred` when the channel is at its limit, and `Unavailable` when the provider cannot be
        reached.
        """
        ...

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        """Finds out and records what of a settled batch went out before its sender died. Sends nothing, so that the
        batch need not have its communications. Returns True if all of it is known to be out. Raises `Deferred` while
        that cannot be told."""
        ...


class GuardedChannel:
    """The last step before any channel: none is reserved for a batch with anything for a control arm in it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def one_by_one(self) -> bool:
        return self._channel.one_by_one

    @property
    def capabilities(self) -> ChannelCapabilities:
        return self._channel.capabilities

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: SendLedger) -> AsyncIterator[Way]:
        _expect_no_control(batch)
        async with self._channel.reserved(batch, ledger) as way:
            yield way

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        return await self._channel.look_back(batch, ledger)


def _expect_no_control(batch: Batch) -> None:
    for communication in batch.communications:
        if communication.arm.control:
            raise ControlContacted(f"{batch.campaign} chunk {batch.chunk}: arm {communication.arm.code}")
