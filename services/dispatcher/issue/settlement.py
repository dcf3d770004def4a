"""Settlement of a chunk: who gets which communication by which channel, judged as late as possible."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.customers.customer import Customer, Recipient
from services.dispatcher.issue.chunk_part import ChannelPart, ChunkInHand
from services.dispatcher.issue.ports import IssueRepository, LateSuppression
from services.dispatcher.ledger.entry import Unsent
from services.dispatcher.letters.communication import compose, unreadable
from services.dispatcher.schedule.chunk import Chunk, Issue, Settlement
from services.dispatcher.suppression.rules import ERASED, unreachable
from shared.clock import Clock, to_the_millisecond
from shared.contracts import CampaignApproved
from shared.customers.reference import CustomerReference

COMPOSED_AT_ONCE = 25
"""Communications composed before others, such as the next write of another chunk, have a turn."""


class Settler:
    """`token` gives what stands for a customer in events, of the campaign's generation."""

    def __init__(
        self,
        repository: IssueRepository,
        channels: Mapping[str, ChannelCapabilities],
        suppressions: LateSuppression,
        clock: Clock,
        reference_key: bytes,
        token: Callable[[CustomerReference, int], str],
    ) -> None:
        self._repository = repository
        self._channels = channels
        self._suppressions = suppressions
        self._clock = clock
        self._reference_key = reference_key
        self._token = token

    async def in_hand(
        self, campaign: DispatchedCampaign, chunk: Chunk, recipients: Mapping[int, Recipient]
    ) -> ChunkInHand:
        """Returns the chunk by the newest plan, unless that moves customers to another channel while some may have a
        letter already."""
        in_hand = ChunkInHand(campaign, chunk, recipients)
        for settlement in chunk.settled.values():
            before = (await self._by_plan_of(settlement, in_hand)).campaign.plan
            if _channels(before) != _channels(campaign.plan):
                return in_hand.by(before)
        return in_hand

    async def part(self, in_hand: ChunkInHand, channel: str) -> ChannelPart:
        """Returns the part as it was settled, or as it would be settled now."""
        settlement = in_hand.chunk.settled.get(channel)
        if settlement is None:
            settlement = await self._settlement(in_hand, in_hand.rows(channel))
        return await self._composed(in_hand, channel, settlement, in_hand.rows(channel))

    async def anew(self, in_hand: ChunkInHand, channel: str, rows: Collection[int]) -> ChannelPart:
        """Returns the part judged again and composed for these `rows`, who have got nothing yet."""
        before, after = in_hand.chunk.settled[channel], await self._settlement(in_hand, sorted(rows))
        after = replace(after, suppressed={**before.suppressed, **after.suppressed})
        return await self._composed(in_hand, channel, after, sorted(rows))

    def unsent(self, in_hand: ChunkInHand, part: ChannelPart | None) -> list[Unsent]:
        """Returns customers who are written to by no channel, and those who are suppressed in this part."""
        controls = in_hand.campaign.controls
        settlement = part.settlement if part else Settlement(self._issue(in_hand))
        found = []
        for row, arm in ((a.row, a.arm) for a in in_hand.chunk.assignments):
            if arm not in controls and row not in settlement.suppressed:
                continue
            customer = in_hand.recipients[row].customer
            token = None if customer.erased else self._token_of(in_hand, customer)
            if arm in controls:
                found.append(Unsent(row, arm, token, settlement.issue))
            elif part:
                found.append(Unsent(row, arm, token, settlement.issue, part.channel, settlement.suppressed[row]))
        return found

    def _token_of(self, in_hand: ChunkInHand, customer: Customer) -> str:
        campaign = in_hand.campaign
        return self._token(campaign.customer(customer.reference), campaign.plan.generation)

    def _issue(self, in_hand: ChunkInHand) -> Issue:
        campaign = in_hand.campaign
        return Issue(to_the_millisecond(self._clock.now()), campaign.plan.plan_version, campaign.lines_to_take)

    async def _settlement(self, in_hand: ChunkInHand, rows: Sequence[int]) -> Settlement:
        campaign, issue = in_hand.campaign, self._issue(in_hand)
        erased = [row for row in rows if row in in_hand.chunk.left_out or in_hand.recipients[row].customer.erased]
        late = await self._suppressions.late(campaign.reference, in_hand.load, rows, issue.at)
        suppressed = {**late, **dict.fromkeys(erased, ERASED)}
        arms = in_hand.arms
        for row in rows:
            arm, customer = arms[row], in_hand.recipients[row].customer
            formats = self._channels[str(arm.channel)].formats
            reason = unreadable(arm, customer, formats) or unreachable(str(arm.channel), customer)
            if reason:
                suppressed.setdefault(row, reason)
        return Settlement(issue, suppressed)

    async def _composed(
        self, in_hand: ChunkInHand, channel: str, settlement: Settlement, rows: Sequence[int]
    ) -> ChannelPart:
        in_hand = await self._by_plan_of(settlement, in_hand)
        arms, communications = in_hand.arms, []
        for place, row in enumerate(rows):
            if place % COMPOSED_AT_ONCE == 0:
                await asyncio.sleep(0)
            if row not in settlement.suppressed:
                recipient = in_hand.recipients[row]
                composed = compose(in_hand.campaign, recipient, arms[row], self._reference_key)
                communications.append(replace(composed, token=self._token_of(in_hand, recipient.customer)))
        return ChannelPart(channel, settlement, communications)

    async def _by_plan_of(self, settlement: Settlement, in_hand: ChunkInHand) -> ChunkInHand:
        if settlement.issue.plan_version == in_hand.campaign.plan.plan_version:
            return in_hand
        return in_hand.by(await self._repository.plan(in_hand.campaign.reference, settlement.issue.plan_version))


def _channels(plan: CampaignApproved) -> dict[str, str | None]:
    return {arm.code: arm.channel for arm in plan.arms}
