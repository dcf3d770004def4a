"""Store operations that scheduling needs."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign, PlannedWave
from services.dispatcher.schedule.allocation import Eligible
from services.dispatcher.schedule.chunk import Chunk
from shared.contracts import Contract


class ScheduleRepository(Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while the campaign has not been approved."""
        ...

    def eligible(self, load: str) -> AsyncIterator[Eligible]:
        """The customers of a load who were not suppressed, in the order of the file."""
        ...

    async def add_chunks(self, chunks: Sequence[Chunk]) -> None:
        """Chunks that are there already stay as they are, unless an earlier plan cut them and never scheduled them."""
        ...

    def cut(self, reference: str, numbers: Sequence[int]) -> AsyncIterator[Chunk]:
        """Yields these chunks, in order."""
        ...

    async def schedule(self, campaign: DispatchedCampaign, waves: Sequence[PlannedWave]) -> bool:
        """Makes `waves` those of the campaign, by the plan that `campaign` has, and forget chunks that are in none of
        them. False, with nothing done, if the plan or the schedule is another one by now."""
        ...

    async def forget_drafts(self, campaign: DispatchedCampaign) -> None:
        """Forgets chunks that were cut, by its present schedule or an earlier one, and are in none of its waves."""
        ...

    async def due(self, day: date) -> list[DispatchedCampaign]:
        """Campaigns that may issue and have a wave that is due on that day."""
        ...

    async def start_wave(self, campaign: DispatchedCampaign, wave: int, at: datetime, said: Sequence[Contract]) -> None:
        """Marks it started and say so, all or nothing; if it has started already, or is not as `campaign` has it,
        nothing."""
        ...

    async def unfinished(self, campaign: DispatchedCampaign, started: bool = False) -> list[int]:
        """The numbers of its chunks that are not finished: of waves that have started only, if asked."""
        ...

    async def deferred(self, now: datetime) -> list[Chunk]:
        """Chunks that waited long enough."""
        ...

    async def make_due(self, chunk: Chunk, at: datetime, said: Sequence[Contract]) -> None:
        """Says that a deferred chunk is due again and wait no more, all or nothing."""
        ...
