"""Clearance for one part of a chunk: what has to be so, and to be written down, before anything goes out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from services.dispatcher.channels.channel import Batch, Halted
from services.dispatcher.chunk import Chunk
from services.dispatcher.dispatch_ports import IssueRepository, LateSuppression
from services.dispatcher.entry import Entry
from services.dispatcher.part import InHand, Part
from services.dispatcher.settling import Settling
from shared.clock import LONDON

AT_WORK = timedelta(hours=1)
"""For so long whoever settled what is taken whole may be about to record and send it: nobody else has claimed it."""


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
        else:
            await self._settle_anew(one_by_one=bundle is not None)
        self.begun = True
        unsent = self._settling.unsent(self._in_hand, self.part)
        await self._repository.record(self.chunk, self.part, unsent, bundle)
        return self.batch

    async def _settle(self) -> None:
        """Others should know of it before: of two campaigns that see nothing of each other both would write."""
        await self._note_contacted(self.part)
        await self._keep(self.part)

    async def _settle_anew(self, one_by_one: bool) -> None:
        """For those who have got nothing yet, however long that is after the others have. They may be in the ledger, as
        planned, or not: whoever settled them may have come no further, and whoever judged them last may have withdrawn
        them since this chunk was read, which `_keep` finds out.

        What is taken whole may be out once it is in the ledger, and stays as it was settled."""
        channel = self.part.channel
        known = [entry for entry in await self._repository.entries(self.chunk) if entry.channel == channel]
        if known and not one_by_one:
            return
        dealt_with = {entry.row for entry in known if entry.outcome != "planned"}
        left = {communication.row for communication in self.part.communications} - dealt_with
        if not left:
            return
        anew = await self._settling.anew(self._in_hand, channel, left)
        if not one_by_one and anew.settlement.issue.at < self.part.settlement.issue.at + AT_WORK:
            return
        if _day(anew) > _day(self.part):  # else others know it already
            await self._note_contacted(anew)
        await self._keep(anew)
        await self._correct([entry for entry in known if entry.outcome == "planned"])

    async def _correct(self, planned: Sequence[Entry]) -> None:
        """What the ledger says of these, as they were judged before."""
        written = {communication.row for communication in self.part.communications}
        await self._repository.withdraw([entry.reference for entry in planned if entry.row not in written])
        issue = self.part.settlement.issue
        await self._repository.reword([entry.reference for entry in planned if entry.row in written], issue)

    async def _note_contacted(self, part: Part) -> None:
        rows, at = [communication.row for communication in part.communications], part.settlement.issue.at
        await self._suppressions.contacted(self.chunk.campaign, self._in_hand.load, rows, at)

    async def _keep(self, part: Part) -> None:
        """As the store has it from now on, which knows the time less exactly than we do."""
        self.chunk = await self._repository.settle(self.chunk, part.channel, part.settlement)
        self.part = replace(part, settlement=self.chunk.settled[part.channel])


def _day(part: Part) -> date:
    return part.settlement.issue.at.astimezone(LONDON).date()
