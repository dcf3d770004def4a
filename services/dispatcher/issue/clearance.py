"""Clearance for one part of a chunk: what has to be so, and to be written down, before anything goes out."""

from dataclasses import replace
from datetime import date

from services.dispatcher.channels.channel import Batch, Halted
from services.dispatcher.issue.chunk_part import ChannelPart, ChunkInHand
from services.dispatcher.issue.ports import IssueRepository, LateSuppression
from services.dispatcher.issue.settlement import Settler
from services.dispatcher.schedule.chunk import Chunk
from shared.clock import LONDON


class Clearance:
    """`part` is as it was judged, until `begin` settles it."""

    def __init__(
        self,
        repository: IssueRepository,
        settling: Settler,
        suppressions: LateSuppression,
        in_hand: ChunkInHand,
        part: ChannelPart,
    ) -> None:
        self._repository = repository
        self._settling = settling
        self._suppressions = suppressions
        self._in_hand = in_hand
        self.part = part
        self.begun = False
        self.chunk: Chunk = in_hand.chunk

    @property
    def batch(self) -> Batch:
        part = self.part
        return Batch(
            self.chunk.campaign, self.chunk.number, part.channel, part.settlement.issue.at, part.communications
        )

    async def going(self) -> bool:
        return await self._repository.may_issue(self.chunk.campaign)

    async def begin(self, bundle: int | None = None) -> Batch:
        if not await self.going():
            raise Halted(f"{self.chunk.campaign} may not issue any more")
        if self.part.channel not in self.chunk.settled:
            await self._settle()
        elif bundle is not None:
            await self._settle_anew()
        elif not await self._repository.handed_over(self.chunk.id, self.part.channel):
            await self._settle_anew(whole=True)
        self.begun = True
        unsent = self._settling.unsent(self._in_hand, self.part)
        await self._repository.record(self.chunk, self.part, unsent, bundle)
        return self.batch

    async def handing_over(self) -> None:
        if not await self.going():
            raise Halted(f"{self.chunk.campaign} may not issue any more")
        self.chunk = await self._repository.hand_over(self.chunk, self.part.channel, self.part.settlement.issue.at)

    async def kept_back(self) -> None:
        self.chunk = await self._repository.keep_back(self.chunk, self.part.channel)

    async def _settle(self) -> None:
        """Settles the part. Other campaigns are told of the contacts first: of two that see nothing of each other both
        would write."""
        await self._note_contacted(self.part)
        await self._keep(self.part)

    async def _settle_anew(self, whole: bool = False) -> None:
        """Settles the part again for customers who have got nothing yet, however long after the others. They may be in
        the ledger as planned, or not: an earlier worker may have settled them and got no further, or withdrawn them
        since this chunk was read, which `_keep` finds out. Of a channel
        that takes a chunk `whole` nobody has got anything yet."""
        channel = self.part.channel
        known = [entry for entry in await self._repository.entries(self.chunk) if entry.channel == channel]
        waiting = [entry for entry in known if whole or entry.outcome == "planned"]
        dealt_with = {entry.row for entry in known} - {entry.row for entry in waiting}
        left = {communication.row for communication in self.part.communications} - dealt_with
        if not left:
            return
        anew = await self._settling.anew(self._in_hand, channel, left)
        if _day(anew) > _day(self.part):  # else others know it already
            await self._note_contacted(anew)
        await self._keep(anew)
        written = {communication.row for communication in self.part.communications}
        await self._repository.withdraw([entry.reference for entry in waiting if entry.row not in written], whole)
        issue, kept = self.part.settlement.issue, [entry.reference for entry in waiting if entry.row in written]
        await self._repository.reword(kept, issue, whole)

    async def _note_contacted(self, part: ChannelPart) -> None:
        rows, at = [communication.row for communication in part.communications], part.settlement.issue.at
        await self._suppressions.contacted(self.chunk.campaign, self._in_hand.load, rows, at)

    async def _keep(self, part: ChannelPart) -> None:
        """Keeps the settlement, and reads it back, since the store keeps times less exactly."""
        self.chunk = await self._repository.settle(self.chunk, part.channel, part.settlement)
        self.part = replace(part, settlement=self.chunk.settled[part.channel])


def _day(part: ChannelPart) -> date:
    return part.settlement.issue.at.astimezone(LONDON).date()
