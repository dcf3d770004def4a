"""From an allocated population to the last letter: waves, chunks, and the ledger."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from services.dispatcher.allocation import Allocator
from services.dispatcher.campaign import DispatchedCampaign, PlannedWave, Status
from services.dispatcher.channels import Batch, Channel
from services.dispatcher.chunk import Assignment, Chunk, chunks_of
from services.dispatcher.communication import Communication, compose, treated
from services.dispatcher.ports import DispatchRepository
from services.dispatcher.work import ChunkDue
from shared.clock import Clock, today
from shared.contracts import CommunicationsIssued, Contract, DispatchCompleted, WaveStarted
from shared.contracts.communications import Issued


class Dispatch:
    """`token` gives what stands for a customer's reference in events; without it nothing does."""

    def __init__(
        self,
        repository: DispatchRepository,
        channel: Channel,
        clock: Clock,
        reference_key: bytes,
        token: Callable[[str], str] | None = None,
    ) -> None:
        self._repository = repository
        self._channel = channel
        self._clock = clock
        self._reference_key = reference_key
        self._token = token or _no_token

    async def allocate(self, reference: str, load: str) -> None:
        """Randomise the population and plan its chunks and waves. Repeated, it plans the same."""
        campaign = await self._repository.campaign(reference)
        controls = controls_of(campaign)
        waves: dict[int, PlannedWave] = {}
        planned = chunks_of(reference, self._assignments(campaign, load), controls, campaign.plan.waves)
        async for wave, chunk in planned:
            await self._repository.add_chunks([chunk])
            so_far = waves.get(wave.number) or PlannedWave(number=wave.number, on=wave.on, chunks=(), communications=0)
            count = so_far.communications + len(treated(chunk.assignments, controls))
            waves[wave.number] = so_far.model_copy(
                update={"chunks": (*so_far.chunks, chunk.number), "communications": count}
            )
        await self._repository.schedule(reference, list(waves.values()))

    async def start_due_waves(self) -> bool:
        """Start every wave whose day has come. Returns whether there was one."""
        campaigns = await self._repository.due(today(self._clock))
        for campaign in campaigns:
            for wave in campaign.waves:
                if wave.started_at is None and wave.on <= today(self._clock):
                    await self._start(campaign, wave)
        return bool(campaigns)

    async def issue_chunk(self, reference: str, number: int) -> CommunicationsIssued | None:
        """Issue a chunk, or as much as is left of it. None while the campaign may not issue.

        Whatever lets the campaign go on makes the chunk due again.
        """
        campaign = await self._repository.campaign(reference)
        if campaign.status is not Status.GO:
            return None
        chunk = await self._repository.take_in_hand(await self._repository.chunk(reference, number), self._clock.now())
        communications = await self._compose(campaign, chunk)
        if not chunk.finished:
            await self._repository.record(chunk, communications, controls_of(campaign))
            await self._channel.send(Batch(reference, number, issued_at(chunk), communications))
            await self._repository.finish_chunk(chunk)
        return _issued(campaign, chunk, communications, self._token)

    async def chunks_left(self, reference: str) -> list[Contract]:
        """Work to do again after a pause: the chunks of waves that have started and are not finished."""
        campaign = await self._repository.campaign(reference)
        started = [wave.number for wave in campaign.waves if wave.started_at]
        left = await self._repository.unfinished(reference, started)
        return [ChunkDue(campaign=reference, chunk=number) for number in left]

    async def _assignments(self, campaign: DispatchedCampaign, load: str) -> AsyncIterator[Assignment]:
        allocator = Allocator(campaign.plan.arms, campaign.plan.allocation_seed)
        async for customer in self._repository.eligible(load):
            yield Assignment(customer.row, allocator.next_arm(customer.stratum, customer.cluster))

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
        await self._repository.start_wave(campaign.reference, wave.number, now, [started, *due])

    async def _compose(self, campaign: DispatchedCampaign, chunk: Chunk) -> list[Communication]:
        recipients = await self._repository.recipients(str(campaign.load), chunk)
        return [
            compose(campaign, recipients[assignment.row], campaign.arm(assignment.arm), self._reference_key)
            for assignment in treated(chunk.assignments, controls_of(campaign))
        ]

    async def completion(self, reference: str) -> DispatchCompleted | None:
        """What to say when no chunk is left: seen by whoever finishes last, or by both of two last ones."""
        campaign = await self._repository.campaign(reference)
        if await self._repository.unfinished(reference, [wave.number for wave in campaign.waves]):
            return None
        at = await self._repository.complete(reference, self._clock.now())
        rows, rejected, suppressed, arms = await self._repository.reconcile(campaign)
        return DispatchCompleted(
            campaign=reference, rows=rows, rejected=rejected, suppressed=suppressed, arms=tuple(arms), completed_at=at
        )


def controls_of(campaign: DispatchedCampaign) -> frozenset[str]:
    return frozenset(arm.code for arm in campaign.plan.arms if arm.control)


def issued_at(chunk: Chunk) -> datetime:
    if chunk.issued_at is None:
        raise ValueError("the chunk is not in hand")
    return chunk.issued_at


def _no_token(_reference: str) -> None:
    return None


def _issued(
    campaign: DispatchedCampaign,
    chunk: Chunk,
    communications: Sequence[Communication],
    token: Callable[[str], str | None],
) -> CommunicationsIssued:
    return CommunicationsIssued(
        campaign=campaign.reference,
        wave=chunk.wave,
        chunk=chunk.number,
        channel="print",
        communications=tuple(
            Issued(reference=c.reference, arm=c.arm.code, language=c.language, customer=token(c.customer.reference))
            for c in communications
        ),
        lines_to_take=campaign.plan.lines_to_take,
        issued_at=issued_at(chunk),
    )
