"""Last screening of one part of a chunk: settled just before it is sent, for customers who have got nothing yet."""

from dataclasses import replace
from datetime import date

from services.dispatcher.issue.chunk_part import ChannelPart, ChunkInHand
from services.dispatcher.issue.ports import IssueRepository
from services.dispatcher.issue.settlement import Settler
from shared.clock import LONDON


class LastScreening:
    """Keeps the settlement of a part, and withdraws or rewords entries of the ledger that an earlier one left."""

    def __init__(self, repository: IssueRepository, settler: Settler) -> None:
        self._repository = repository
        self._settler = settler

    async def settled(self, in_hand: ChunkInHand, part: ChannelPart, whole: bool) -> tuple[ChunkInHand, ChannelPart]:
        """Returns the chunk and the part as they are settled now. The part may have fewer communications than before:
        for a channel that sends one by one, those that are left. A part that was handed over `whole` stays as it was.

        Raises `Stale` if another process settled the part otherwise, or wrote to one of its customers, meanwhile."""
        if part.channel not in in_hand.chunk.settled:
            return await self._keep(in_hand, part, part)
        if whole and await self._repository.handed_over(in_hand.chunk.id, part.channel):
            return in_hand, part
        return await self._settle_anew(in_hand, part, whole)

    async def correct(self, before: ChannelPart, after: ChannelPart) -> None:
        """Corrects the ledger of a part that is taken whole, once it has the part as it is `after` it was settled anew:
        a slower worker may have recorded it as it was `before` since the ledger was read."""
        issue, written = after.settlement.issue, {communication.reference for communication in after.communications}
        await self._repository.withdraw(
            [c.reference for c in before.communications if c.reference not in written], True
        )
        await self._repository.reword(sorted(written), issue, True)

    async def _settle_anew(
        self, in_hand: ChunkInHand, part: ChannelPart, whole: bool
    ) -> tuple[ChunkInHand, ChannelPart]:
        """Settles the part again for customers who have got nothing yet, however long after the others. They may be in
        the ledger as planned, or not: an earlier worker may have settled them and got no further, or withdrawn them
        since this chunk was read, which `_keep` finds out. Of a channel that takes a chunk `whole` nobody has got
        anything yet."""
        known = [entry for entry in await self._repository.entries(in_hand.chunk) if entry.channel == part.channel]
        waiting = [entry for entry in known if whole or (entry.outcome == "planned" and not entry.tried_at)]
        dealt_with = {entry.row for entry in known} - {entry.row for entry in waiting}
        left = {communication.row for communication in part.communications} - dealt_with
        if not left:
            return in_hand, part
        anew = await self._settler.anew(in_hand, part.channel, left)
        contacted = anew if _day(anew) > _day(part) else None  # else others know it already
        in_hand, kept = await self._keep(in_hand, anew, contacted)
        written = {communication.row for communication in kept.communications}
        await self._repository.withdraw([entry.reference for entry in waiting if entry.row not in written], whole)
        reworded = [entry.reference for entry in waiting if entry.row in written]
        await self._repository.reword(reworded, kept.settlement.issue, whole)
        return in_hand, kept

    async def _keep(
        self, in_hand: ChunkInHand, part: ChannelPart, contacted: ChannelPart | None
    ) -> tuple[ChunkInHand, ChannelPart]:
        """Tells other campaigns of those who are `contacted`, and keeps the settlement."""
        rows = [communication.row for communication in contacted.communications] if contacted else []
        chunk = await self._repository.settle(in_hand.chunk, part.channel, part.settlement, in_hand.load, rows)
        return replace(in_hand, chunk=chunk), part


def _day(part: ChannelPart) -> date:
    return part.settlement.issue.at.astimezone(LONDON).date()
