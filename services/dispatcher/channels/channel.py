"""The interface of every channel, and the guard that stands before each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.ledger.ports import SendLedger
from services.dispatcher.letters.communication import Communication, ControlContacted
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

    async def begin(self, bundle: int | None = None) -> Batch:
        """Settles the batch, records it in the ledger, and returns the communications to send, which may be fewer than
        before. A channel that sends one by one names the bundle that it opened, and gets those that are left, judged
        anew. Raises `Halted`, and `Stale` if another process settled the batch otherwise, or wrote to one of its
        customers, meanwhile."""
        ...

    async def going(self) -> bool:
        """Returns whether the campaign may still issue: asked again before every further step."""
        ...

    async def handing_over(self) -> None:
        """Records that the batch is handed over, just before the step by which a channel that takes it whole does so:
        from now on it is not judged again. Raises `Halted`, and `Stale` if another process settled it meanwhile."""
        ...

    async def kept_back(self) -> None:
        """Takes that back, where it is certain that nothing was handed over."""
        ...


class Channel(Protocol):
    @property
    def one_by_one(self) -> bool:
        """True if each communication has a result of its own; else the batch is taken whole or not at all."""
        ...

    @property
    def capabilities(self) -> ChannelCapabilities: ...

    async def send(self, batch: Batch, ledger: SendLedger, clearance: SendClearance) -> None:
        """Returns when all of the batch is out, durably; a repeat has no further effect. Nothing goes out before
        `clearance` was given.

        Raises `Halted` when the campaign may not issue, `Deferred` when the channel is at its limit, `Unavailable`
        when the provider cannot be reached, and something permanent when it refuses the batch as a whole.
        """
        ...

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        """Finds out and records what of a settled batch went out before its sender died. Sends nothing, so that the
        batch need not have its communications. Returns True if all of it is known to be out. Raises `Deferred` while
        that cannot be told."""
        ...


class GuardedChannel:
    """The last step before any channel: nothing for a control arm passes, whatever went wrong before."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def one_by_one(self) -> bool:
        return self._channel.one_by_one

    @property
    def capabilities(self) -> ChannelCapabilities:
        return self._channel.capabilities

    async def send(self, batch: Batch, ledger: SendLedger, clearance: SendClearance) -> None:
        _expect_no_control(batch)
        await self._channel.send(batch, ledger, _Guarded(clearance))

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        return await self._channel.look_back(batch, ledger)


class _Guarded:
    def __init__(self, clearance: SendClearance) -> None:
        self._clearance = clearance
        self.going = clearance.going
        self.handing_over = clearance.handing_over
        self.kept_back = clearance.kept_back

    async def begin(self, bundle: int | None = None) -> Batch:
        batch = await self._clearance.begin(bundle)
        _expect_no_control(batch)
        return batch


def _expect_no_control(batch: Batch) -> None:
    for communication in batch.communications:
        if communication.arm.control:
            raise ControlContacted(f"{batch.campaign} chunk {batch.chunk}: arm {communication.arm.code}")
