"""Sending of one part of a chunk, in one order: reserve its channel, settle, record, and send past the guard."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from services.dispatcher.channels.channel import Batch, Deferred, GuardedChannel, Halted, SendClearance, Way
from services.dispatcher.issue.chunk_part import ChannelPart, ChunkInHand
from services.dispatcher.issue.clearance import Clearance, expect_going
from services.dispatcher.issue.last_screening import LastScreening
from services.dispatcher.issue.ports import IssueRepository
from services.dispatcher.issue.settlement import Settler
from services.dispatcher.issue.waits import Wait, Waits
from services.dispatcher.ledger.entry import Unsent
from services.dispatcher.schedule.chunk import Chunk
from shared.errors import Permanent


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Obstacles: why channels of a chunk are not out: until when they have to wait, and what they refuse for good."""

    waiting: list[Wait] = field(default_factory=list)
    refused: list[Permanent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Result of an attempt to send a part: `begun` once it is settled, `out` when all of it has left. `unsent` are the
    customers who get nothing, where a channel took the part whole at the first attempt."""

    chunk: Chunk
    part: ChannelPart
    begun: bool
    out: bool
    unsent: Sequence[Unsent] | None = None


class PartSender:
    """`channels` by code. Parts are written one after the other, while others are composed, handed over and said: the
    embedded store takes longer for two large writes at the same time than for one after the other."""

    def __init__(
        self,
        repository: IssueRepository,
        channels: Mapping[str, GuardedChannel],
        settler: Settler,
        screening: LastScreening,
        waits: Waits,
    ) -> None:
        self._repository = repository
        self._channels = channels
        self._settler = settler
        self._screening = screening
        self._waits = waits
        self._writing = asyncio.Lock()

    async def attempt(self, in_hand: ChunkInHand, code: str, met: Obstacles) -> Attempt:
        """Sends the part of this channel. It is not out when it has to wait: for a time, for a person to act, or for a
        resumption; the first two are added to `met`."""
        part, begun, out, unsent = await self._settler.part(in_hand, code), False, False, None
        again = code in in_hand.chunk.settled
        try:
            if await self._went_before(in_hand, part):
                begun = True
            else:
                async with self._reserved(in_hand, part) as way:
                    before, whole = part, way.bundle is None
                    async with self._writing:
                        await expect_going(self._repository, in_hand.chunk.campaign)
                        in_hand, part = await self._screening.settled(in_hand, part, whole)
                        begun = True
                        unsent = self._settler.unsent(in_hand, part)
                        await self._repository.record(in_hand.chunk, part, unsent, way.bundle)
                    if whole and again and part is not before:
                        await self._screening.correct(before, part)
                    await way.send(_batch(in_hand, part), Clearance(self._repository, in_hand.chunk, part))
            out = True
            self._waits.over(in_hand.chunk.campaign, code)
        except Deferred as deferred:
            met.waiting.append(Wait(code, deferred.message, deferred.until))
        except Permanent as error:
            met.refused.append(error)
        except Halted:
            pass
        first = out and not again and not self._channels[code].one_by_one
        return Attempt(in_hand.chunk, part, begun, out, unsent if first else None)

    async def _went_before(self, in_hand: ChunkInHand, part: ChannelPart) -> bool:
        """Returns whether a channel that takes a chunk whole has this one already, as it was settled then."""
        channel = self._channels[part.channel]
        if channel.one_by_one or part.channel not in in_hand.chunk.settled:
            return False
        return await channel.look_back(_batch(in_hand, part), self._repository)

    @asynccontextmanager
    async def _reserved(self, in_hand: ChunkInHand, part: ChannelPart) -> AsyncIterator[Way]:
        """Reserves the channel; a part without communications is settled and recorded, and needs no channel."""
        channel, batch = self._channels[part.channel], _batch(in_hand, part)
        if batch.communications:
            async with channel.reserved(batch, self._repository) as way:
                yield way
        else:
            yield Way(_nothing, await self._repository.open_bundle(batch.id) if channel.one_by_one else None)


async def _nothing(batch: Batch, clearance: SendClearance) -> None:
    """Sends nothing, of a batch without communications."""


def _batch(in_hand: ChunkInHand, part: ChannelPart) -> Batch:
    chunk = in_hand.chunk
    return Batch(chunk.campaign, chunk.number, part.channel, part.settlement.issue.at, part.communications)
