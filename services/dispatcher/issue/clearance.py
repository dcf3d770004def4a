"""Clearance of one settled part of a chunk: asked by its channel before each step that cannot be undone."""

from services.dispatcher.channels.channel import Halted
from services.dispatcher.issue.chunk_part import ChannelPart
from services.dispatcher.issue.ports import IssueRepository
from services.dispatcher.schedule.chunk import Chunk, FileDigests


class Clearance:
    """`chunk` is the chunk as it was settled for this `part`; its revision follows the mark of the hand-over."""

    def __init__(self, repository: IssueRepository, chunk: Chunk, part: ChannelPart) -> None:
        self._repository = repository
        self._chunk = chunk
        self._part = part

    async def going(self) -> bool:
        return await self._repository.may_issue(self._chunk.campaign)

    async def handing_over(self, files: FileDigests | None = None) -> None:
        await expect_going(self._repository, self._chunk.campaign)
        at = self._part.settlement.issue.at
        self._chunk = await self._repository.hand_over(self._chunk, self._part.channel, at, files)

    async def kept_back(self) -> None:
        self._chunk = await self._repository.keep_back(self._chunk, self._part.channel)


async def expect_going(repository: IssueRepository, campaign: str) -> None:
    """Raises `Halted` if the campaign was paused or stopped meanwhile."""
    if not await repository.may_issue(campaign):
        raise Halted(f"{campaign} may not issue any more")
