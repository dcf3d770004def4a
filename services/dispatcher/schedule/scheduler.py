"""Scheduling of a population: allocation, chunks, waves whose day has come, and the effect of a changed plan."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date

from services.dispatcher.campaigns.campaign import DispatchedCampaign, PlannedWave
from services.dispatcher.own_messages import ChunkDue
from services.dispatcher.schedule.allocation import Allocator
from services.dispatcher.schedule.chunk import Assignment, Chunk, chunks_of, treated
from services.dispatcher.schedule.ports import ScheduleRepository
from services.dispatcher.schedule.quiet_days import QuietDays
from shared.clock import Clock, today
from shared.contracts import WaveStarted
from shared.contracts.schedules import Wave
from shared.errors import NotYet
from shared.working_days import add_working_days

CHUNKS_PER_WRITE = 20
"""Chunks kept in one write."""


class Scheduler:
    def __init__(self, repository: ScheduleRepository, clock: Clock, quiet: QuietDays) -> None:
        self._repository = repository
        self._clock = clock
        self._quiet = quiet
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Says that there may be a wave to start."""
        self._news.set()

    async def news(self) -> None:
        """Returns when something may have become due in this process since the last call."""
        await self._news.wait()
        self._news.clear()

    async def allocate(self, reference: str, load: str) -> None:
        """Randomises the population and plan its chunks and waves. Repeated, it plans the same."""
        campaign = await self._repository.campaign(reference)
        if campaign.scheduled is None:
            await self._cut(campaign, self._assignments(campaign, load), campaign.plan.waves, 1)
        else:
            await self._repository.forget_drafts(campaign)

    async def reschedule(self, reference: str) -> None:
        """Lets waves that have not started follow the newest plan: who is left keeps order and arm."""
        campaign = await self._repository.campaign(reference)
        if campaign.scheduled is None:
            return
        if campaign.scheduled == campaign.plan.plan_version:
            await self._repository.forget_drafts(campaign)
            return
        left = [number for wave in campaign.waves if not wave.started_at for number in wave.chunks]
        waves = waves_left(campaign.plan.waves, [wave for wave in campaign.waves if wave.started_at])
        last = max(number for wave in campaign.waves for number in wave.chunks)
        await self._cut(campaign, self._assigned(reference, left), waves, last + 1)

    async def start_due_waves(self) -> bool:
        """Starts the wave of each campaign that is due, unless today is quiet. Returns whether there was one."""
        day = today(self._clock)
        if self._quiet.includes(day):
            return False
        campaigns = await self._repository.due(day)
        for campaign in campaigns:
            if wave := campaign.wave_due(day):
                await self._start(campaign, wave)
        return bool(campaigns)

    async def make_deferred_due(self) -> bool:
        """Chunks that had to wait, for a provider or for a working day, are due again."""
        now = self._clock.now()
        chunks = await self._repository.deferred(now)
        for chunk in chunks:
            await self._repository.make_due(chunk, now, [ChunkDue(campaign=chunk.campaign, chunk=chunk.number)])
        return bool(chunks)

    async def chunks_left(self, reference: str) -> list[ChunkDue]:
        """Returns the work to do again after a pause: the chunks of waves that have started and are not finished."""
        campaign = await self._repository.campaign(reference)
        if not campaign.may_issue:
            return []
        left = await self._repository.unfinished(campaign, started=True)
        return [ChunkDue(campaign=reference, chunk=number) for number in left]

    async def _cut(
        self, campaign: DispatchedCampaign, assignments: AsyncIterator[Assignment], planned: Sequence[Wave], first: int
    ) -> None:
        controls = campaign.controls
        waves = {wave.number: wave for wave in campaign.waves if wave.started_at}
        version = campaign.plan.plan_version
        cut = chunks_of(campaign.reference, assignments, controls, planned, first, version)
        kept: list[Chunk] = []
        async for wave, chunk in cut:
            kept.append(chunk)
            if len(kept) == CHUNKS_PER_WRITE:
                await self._repository.add_chunks(kept)
                kept = []
            so_far = waves.get(wave.number) or PlannedWave(number=wave.number, on=wave.on, chunks=(), communications=0)
            count = so_far.communications + len(treated(chunk.assignments, controls))
            waves[wave.number] = so_far.model_copy(
                update={"chunks": (*so_far.chunks, chunk.number), "communications": count}
            )
        await self._repository.add_chunks(kept)
        scheduled = await self._repository.schedule(campaign, list(waves.values()))
        self.wake()
        if not scheduled:
            anew = await self._repository.campaign(campaign.reference)
            if anew.scheduled is None or anew.scheduled < version:
                raise NotYet(f"the plan of {campaign.reference} was replaced meanwhile: schedule by the new one")

    async def _assignments(self, campaign: DispatchedCampaign, load: str) -> AsyncIterator[Assignment]:
        allocator = Allocator(campaign.plan.arms, campaign.plan.allocation_seed)
        async for customer in self._repository.eligible(load):
            yield Assignment(customer.row, allocator.arm(customer.place))

    async def _assigned(self, reference: str, numbers: Sequence[int]) -> AsyncIterator[Assignment]:
        async for chunk in self._repository.cut(reference, numbers):
            for assignment in chunk.assignments:
                yield assignment

    async def _start(self, campaign: DispatchedCampaign, wave: PlannedWave) -> None:
        now = self._clock.now()
        started = WaveStarted(
            campaign=campaign.reference,
            wave=wave.number,
            on=wave.on,
            chunks=wave.chunks,
            communications=wave.communications,
            started_at=now,
        )
        due = [ChunkDue(campaign=campaign.reference, chunk=number) for number in wave.chunks]
        await self._repository.start_wave(campaign, wave.number, now, [started, *due])


def waves_left(planned: Sequence[Wave], started: Sequence[PlannedWave]) -> list[Wave]:
    """The waves of a new plan that come after the last one started, numbered on from it.

    A plan that has none of those goes on with its last one's size, from the next working day.
    """
    number = max((wave.number for wave in started), default=0)
    since = max((wave.on for wave in started), default=date.min)
    later = [wave for wave in planned if wave.on > since] or [
        planned[-1].model_copy(update={"on": add_working_days(max(since, planned[-1].on), 1)})
    ]
    return [wave.model_copy(update={"number": n}) for n, wave in enumerate(later, start=number + 1)]
