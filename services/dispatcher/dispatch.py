"""Issuing: a chunk in hand, its letters composed, recorded, sent, and said; and the sums when all are out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.dispatcher.abilities import Abilities
from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.channels.channel import Batch, Deferred, GuardedChannel, Halted
from services.dispatcher.chunk import Chunk, InHand
from services.dispatcher.communication import Communication, Recipient, compose, treated, unreadable
from services.dispatcher.dispatch_ports import Entry, IssueRepository, LateSuppression
from services.dispatcher.issued import issued
from services.dispatcher.quiet import QuietDays
from services.dispatcher.scheduling import controls_of
from services.dispatcher.suppression import ERASED, unreachable
from shared.clock import Clock, today
from shared.contracts import CommunicationsIssued, DispatchCompleted
from shared.contracts.campaigns import Arm
from shared.customer_reference import CustomerReference
from shared.errors import Permanent


class Dispatch:
    """`channels` by code; a campaign whose arm asks for another one is refused at its approval. `token` gives
    what stands for a customer in events."""

    def __init__(
        self,
        repository: IssueRepository,
        channels: Mapping[str, GuardedChannel],
        suppressions: LateSuppression,
        clock: Clock,
        quiet: QuietDays,
        reference_key: bytes,
        token: Callable[[CustomerReference], str],
    ) -> None:
        self._repository = repository
        self._channels = channels
        self._suppressions = suppressions
        self._clock = clock
        self._quiet = quiet
        self._reference_key = reference_key
        self._token = token
        self._one_by_one = frozenset(code for code, channel in channels.items() if channel.one_by_one)

    @property
    def channels(self) -> Mapping[str, Abilities]:
        """What each can do, by its code."""
        return {code: channel.abilities for code, channel in self._channels.items()}

    async def issue_chunk(self, reference: str, number: int) -> AsyncIterator[CommunicationsIssued]:
        """Issue a chunk, or as much as is left of it, and give all that is to be said of it. What one channel refuses
        for good is raised after that, so that it holds up no other.

        Whatever lets a campaign or a chunk go on makes the chunk due again: it is never waited for here.
        """
        campaign, chunk = await asyncio.gather(
            self._repository.issuing(reference), self._repository.chunk(reference, number)
        )
        refused: list[Permanent] = []
        if chunk.finished:
            said = issued(chunk, await self._repository.entries(chunk))
        elif not campaign.may_issue or chunk.number not in {n for wave in campaign.waves for n in wave.chunks}:
            return
        elif self._quiet.includes(today(self._clock)):
            await self._repository.defer(chunk, self._quiet.over(today(self._clock)))
            return
        else:
            said, refused = await self._issue(campaign, chunk)
        for event in said:
            yield event
        if refused:
            raise refused[0]

    async def completion(self, reference: str) -> DispatchCompleted | None:
        """What to say when no chunk is left: seen by whoever finishes last, or by both of two last ones."""
        at = await self._repository.complete(reference, self._clock.now())
        if at is None:
            return None
        campaign = await self._repository.campaign(reference)
        rows, rejected, suppressed, arms = await self._repository.reconcile(campaign)
        return DispatchCompleted(
            campaign=reference, rows=rows, rejected=rejected, suppressed=suppressed, arms=tuple(arms), completed_at=at
        )

    async def _issue(
        self, campaign: DispatchedCampaign, chunk: Chunk
    ) -> tuple[list[CommunicationsIssued], list[Permanent]]:
        recipients = await self._repository.recipients(str(campaign.load), chunk)
        chunk, communications = await self._taken_in_hand(campaign, chunk, recipients)
        withheld = self._withheld(campaign, recipients, communications)
        await self._repository.record(chunk, communications, self._one_by_one, controls_of(campaign), withheld)
        parts = _by_channel(communications)
        left = [code for code in parts if code not in chunk.out]
        waiting, refused = await self._send_left(chunk, parts, left)
        if waiting:
            await self._repository.defer(chunk, min(waiting))
        elif not parts:
            await self._repository.finish(chunk, "", last=True)
        if not left and not self._one_by_one & set(parts):
            return issued(chunk, _as_recorded(communications)), refused
        return issued(chunk, await self._repository.entries(chunk), set(parts) - set(left)), refused

    async def _send_left(
        self, chunk: Chunk, parts: Mapping[str, Sequence[Communication]], left: list[str]
    ) -> tuple[list[datetime], list[Permanent]]:
        """Take from `left` the channels that all of theirs is out by; gives until when others have to wait, and what
        others refuse for good."""
        waiting, refused = list[datetime](), list[Permanent]()
        for code in list(left):
            try:
                await self._send(chunk, code, parts[code])
            except Deferred as deferred:
                waiting.append(deferred.until)
            except Permanent as error:
                refused.append(error)
            except Halted:
                return [], refused
            else:
                left.remove(code)
                await self._repository.finish(chunk, code, last=not left)
        return waiting, refused

    async def _send(self, chunk: Chunk, code: str, communications: Sequence[Communication]) -> None:
        async def going() -> bool:
            return await self._repository.may_issue(chunk.campaign)

        batch = Batch(chunk.campaign, chunk.number, code, chunk.settled.issued_at, communications)
        await self._channels[code].send(batch, self._repository, going)

    async def _taken_in_hand(
        self, campaign: DispatchedCampaign, chunk: Chunk, recipients: Mapping[int, Recipient]
    ) -> tuple[Chunk, list[Communication]]:
        load = str(campaign.load)
        if chunk.in_hand is None:
            chunk = await self._repository.take_in_hand(chunk, await self._settled(campaign, chunk, recipients))
        settled = chunk.settled
        if settled.plan_version != campaign.plan.plan_version:
            plan = await self._repository.plan(campaign.reference, settled.plan_version)
            campaign = campaign.model_copy(update={"plan": plan})
        arms = {arm.code: arm for arm in campaign.plan.arms}
        to_issue = [a for a in treated(chunk.assignments, controls_of(campaign)) if a.row not in settled.suppressed]
        await self._suppressions.contacted(
            campaign.reference, chunk.number, load, [a.row for a in to_issue], settled.issued_at
        )
        return chunk, [self._composed(campaign, recipients[a.row], arms[a.arm]) for a in to_issue]

    def _withheld(
        self, campaign: DispatchedCampaign, recipients: Mapping[int, Recipient], letters: Sequence[Communication]
    ) -> dict[int, str]:
        """The tokens of those who are not written to, by row."""
        written = {letter.row for letter in letters}
        return {
            row: self._token(campaign.customer(recipient.customer.reference))
            for row, recipient in recipients.items()
            if row not in written and not recipient.customer.erased
        }

    def _composed(self, campaign: DispatchedCampaign, recipient: Recipient, arm: Arm) -> Communication:
        communication = compose(campaign, recipient, arm, self._reference_key)
        return replace(communication, token=self._token(campaign.customer(recipient.customer.reference)))

    async def _settled(self, campaign: DispatchedCampaign, chunk: Chunk, recipients: Mapping[int, Recipient]) -> InHand:
        """Decided once: a redo must not think differently of somebody whose letter may be out already."""
        now = self._clock.now()
        rows = [assignment.row for assignment in treated(chunk.assignments, controls_of(campaign))]
        suppressed = dict.fromkeys((row for row in rows if recipients[row].customer.erased), ERASED)
        suppressed |= await self._suppressions.late(campaign.reference, str(campaign.load), rows, now)
        for assignment in treated(chunk.assignments, controls_of(campaign)):
            arm = campaign.arm(assignment.arm)
            customer, formats = recipients[assignment.row].customer, self._channels[str(arm.channel)].abilities.formats
            reason = unreadable(arm, customer, formats) or unreachable(str(arm.channel), customer)
            if reason:
                suppressed.setdefault(assignment.row, reason)
        return InHand(now, campaign.plan.plan_version, campaign.lines_to_take, suppressed)


def _by_channel(communications: Sequence[Communication]) -> dict[str, list[Communication]]:
    parts: dict[str, list[Communication]] = {}
    for communication in communications:
        parts.setdefault(str(communication.arm.channel), []).append(communication)
    return {code: parts[code] for code in sorted(parts)}


def _as_recorded(communications: Sequence[Communication]) -> list[Entry]:
    """What the ledger says of communications that a channel took whole."""
    return [
        Entry(
            reference=c.reference,
            arm=c.arm.code,
            channel=str(c.arm.channel),
            language=c.language,
            outcome="issued",
            customer=c.token,
            extra_support=c.extra_support,
        )
        for c in communications
    ]
