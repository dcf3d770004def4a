"""Issuing: a chunk in hand, its letters judged, recorded, sent, and said; and the sums when all are out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.channel import Batch, Deferred, GuardedChannel
from services.dispatcher.issue.chunk_part import ChannelPart, ChunkInHand
from services.dispatcher.issue.events import bundle_of, dealt_with, issued
from services.dispatcher.issue.last_screening import LastScreening
from services.dispatcher.issue.ports import IssueRepository
from services.dispatcher.issue.sender import Obstacles, PartSender
from services.dispatcher.issue.settlement import Settler
from services.dispatcher.issue.waits import DAILY_LIMIT, QUIET_DAY, RESPOND_BY, Wait, Waits
from services.dispatcher.ledger.entry import Bundle
from services.dispatcher.schedule.chunk import Chunk, treated
from services.dispatcher.schedule.quiet_days import QuietDays
from services.dispatcher.units.unit import DealtWith
from shared.clock import Clock, midnight_after, today
from shared.contracts import CommunicationsIssued, DispatchCompleted
from shared.working_days import ONE_DAY


@dataclass(frozen=True, slots=True)
class Said:
    """Events of one channel of a chunk. `dealt_with` are all customers of the chunk, where the ledger need not be asked
    for them."""

    events: Sequence[CommunicationsIssued]
    dealt_with: Sequence[DealtWith] | None = None


class Issuer:
    """`channels` by code; a campaign whose arm asks for another one is refused at its approval."""

    def __init__(
        self,
        repository: IssueRepository,
        channels: Mapping[str, GuardedChannel],
        settling: Settler,
        clock: Clock,
        quiet: QuietDays,
        waits: Waits,
    ) -> None:
        self._repository = repository
        self._channels = channels
        self._settling = settling
        self._sender = PartSender(repository, channels, settling, LastScreening(repository, settling), waits)
        self._clock = clock
        self._quiet = quiet
        self._waits = waits

    @property
    def channels(self) -> Mapping[str, ChannelCapabilities]:
        """Capabilities of the channels, by code."""
        return {code: channel.capabilities for code, channel in self._channels.items()}

    async def issue_chunk(self, reference: str, number: int) -> AsyncIterator[Said]:
        """Issues what is left of a chunk, and yields the events of each channel that anything is settled of, if there
        are any; nothing for a chunk that waits, or was said whole. A permanent refusal by one channel is raised after
        the others had their turn. Nothing is waited for here."""
        campaign, chunk = await asyncio.gather(
            self._repository.issuing(reference), self._repository.chunk(reference, number)
        )
        if chunk.said:
            return
        async for said in self._again(chunk):
            yield said
        if chunk.finished:
            return
        if not _may_issue(campaign, chunk):
            async for said in self._look_back(chunk):
                yield said
            return
        if held := await self._held(campaign, chunk):
            await self._defer(chunk, [held])
            return
        recipients = await self._repository.recipients(str(campaign.load), chunk)
        async for said in self._issue(await self._settling.in_hand(campaign, chunk, recipients)):
            yield said

    async def _again(self, chunk: Chunk) -> AsyncIterator[Said]:
        """Yields what was issued of a chunk before."""
        for code in sorted(chunk.out):
            yield Said(await self._said(chunk, code))
        if chunk.finished and not chunk.out:
            yield Said([])

    async def note_said(self, reference: str, number: int) -> None:
        """Notes that all events of a chunk were said, if all of it is out: then it is not said again."""
        await self._repository.note_said(reference, number)

    async def _held(self, campaign: DispatchedCampaign, chunk: Chunk) -> Wait | None:
        """Returns why nothing of the chunk goes out today. A chunk that is settled in part is never held by a limit."""
        day = today(self._clock)
        if self._quiet.includes(day):
            return Wait(None, QUIET_DAY, self._quiet.over(day))
        if campaign.overdue(day):
            return Wait(None, RESPOND_BY, midnight_after(day))
        size = len(treated(chunk.assignments, campaign.controls))
        limit = None if chunk.settled else campaign.decision.daily_limit
        if await self._repository.reserve(campaign.reference, day, chunk.number, size, limit):
            return None
        return Wait(None, DAILY_LIMIT, self._quiet.over(day + ONE_DAY))

    async def _defer(self, chunk: Chunk, waits: Sequence[Wait]) -> None:
        await self._repository.defer(chunk, waits)
        self._waits.note(chunk.campaign, waits)

    async def completion(self, reference: str) -> DispatchCompleted | None:
        """Returns the event to say when no chunk is left: to the last worker, or to both of the last two."""
        at = await self._repository.complete(reference, self._clock.now())
        if at is None:
            return None
        campaign = await self._repository.campaign(reference)
        rows, rejected, suppressed, arms = await self._repository.reconcile(campaign)
        return DispatchCompleted(
            campaign=reference, rows=rows, rejected=rejected, suppressed=suppressed, arms=tuple(arms), completed_at=at
        )

    async def _issue(self, in_hand: ChunkInHand) -> AsyncIterator[Said]:
        left = [code for code in in_hand.channels if code not in in_hand.chunk.out]
        if not left:
            await self._finish_without_letters(in_hand)
            yield Said([])
        met = Obstacles()
        for code in list(left):
            attempt = await self._sender.attempt(in_hand, code, met)
            if attempt.out:
                left.remove(code)
                await self._repository.finish(attempt.chunk, [code], last=not left)
            chunk = attempt.chunk if attempt.out and not left else await self._repository.chunk(*in_hand.chunk.key)
            if attempt.begun:
                events = await self._said(chunk, code, attempt.part if attempt.out else None)
                whole = attempt.unsent is not None and in_hand.channels == [code]
                yield Said(events, dealt_with(attempt.part, attempt.unsent or ()) if whole else None)
            in_hand = replace(in_hand, chunk=chunk)
        if met.waiting:
            await self._defer(in_hand.chunk, met.waiting)
        if met.refused:
            raise met.refused[0]

    async def _look_back(self, chunk: Chunk) -> AsyncIterator[Said]:
        """Records and says what went out before a worker died. Sends nothing more: the campaign may never go on, and
        customers ring about letters they have."""
        waiting: list[Wait] = []
        for code in sorted(chunk.settled.keys() - chunk.out):
            batch = Batch(chunk.campaign, chunk.number, code, chunk.settled[code].issue.at, ())
            try:
                if await self._channels[code].look_back(batch, self._repository):
                    await self._repository.finish(chunk, [code], last=False)
            except Deferred as deferred:
                waiting.append(Wait(code, deferred.message, deferred.until))
            yield Said(await self._said(await self._repository.chunk(*chunk.key), code))
        if waiting:
            await self._defer(chunk, waiting)

    async def _finish_without_letters(self, in_hand: ChunkInHand) -> None:
        """Finishes a chunk whose customers are all out, or in control arms."""
        chunk = in_hand.chunk
        await self._repository.record(chunk, None, self._settling.unsent(in_hand, None))
        await self._repository.finish(chunk, [], last=True)

    async def _said(self, chunk: Chunk, code: str, part: ChannelPart | None = None) -> list[CommunicationsIssued]:
        """Returns the events of this channel by now. `part` was taken whole just now: its events are known."""
        if self._channels[code].one_by_one:
            return issued(chunk, code, await self._repository.bundles(chunk, code))
        if part:
            return issued(chunk, code, [bundle_of(part)])
        if code not in chunk.out:
            return []
        settlement = chunk.settled[code]
        entries = [  # by the settlement that was handed over, whatever a slower worker wrote into the ledger since
            replace(entry, issue=settlement.issue)
            for entry in await self._repository.entries(chunk)
            if entry.channel == code and entry.row not in settlement.suppressed
        ]
        return issued(chunk, code, [Bundle(settlement.issue, entries, Counter(settlement.suppressed.values()))])


def _may_issue(campaign: DispatchedCampaign, chunk: Chunk) -> bool:
    return campaign.may_issue and any(chunk.number in wave.chunks for wave in campaign.waves)
