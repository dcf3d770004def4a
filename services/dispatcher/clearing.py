"""Clearance for one part of a chunk: what has to be so, and to be written down, before anything goes out."""

from dataclasses import replace

from services.dispatcher.channels.channel import Batch, Halted
from services.dispatcher.chunk import Chunk
from services.dispatcher.dispatch_ports import IssueRepository, LateSuppression
from services.dispatcher.part import InHand, Part
from services.dispatcher.settling import Settling


class Clearing:
    """`part` is as it was judged, until `begin` settles it."""

    def __init__(
        self,
        repository: IssueRepository,
        settling: Settling,
        suppressions: LateSuppression,
        in_hand: InHand,
        part: Part,
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
        self.begun = True
        unsent = self._settling.unsent(self._in_hand, self.part)
        await self._repository.record(self.chunk, self.part, unsent, bundle)
        return self.batch

    async def _settle(self) -> None:
        """Others should know of it before: of two campaigns that see nothing of each other both would write."""
        part, rows = self.part, [communication.row for communication in self.part.communications]
        await self._suppressions.contacted(self.chunk.campaign, self._in_hand.load, rows, part.settlement.issue.at)
        await self._keep(part)

    async def _settle_anew(self) -> None:
        """For those who have got nothing yet, however long that is after the others have."""
        channel = self.part.channel
        planned = await self._repository.planned(*self.chunk.key, channel)
        if not planned:
            return
        await self._keep(await self._settling.anew(self._in_hand, channel, {entry.row for entry in planned}))
        written = {communication.row for communication in self.part.communications}
        withdrawn = [entry.reference for entry in planned if entry.row not in written]
        left = [entry.reference for entry in planned if entry.row in written]
        await self._repository.withdraw(withdrawn)
        await self._repository.reword(left, self.part.settlement.issue)

    async def _keep(self, part: Part) -> None:
        """As the store has it from now on, which knows the time less exactly than we do."""
        self.chunk = await self._repository.settle(self.chunk, part.channel, part.settlement)
        self.part = replace(part, settlement=self.chunk.settled[part.channel])
