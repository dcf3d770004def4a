"""Settling of unconfirmed communications by a person, who has asked the provider or looked into its log."""

from datetime import datetime
from typing import Literal

from services.dispatcher.channels.channel import Batch, Deferred
from services.dispatcher.channels.providers.claim import ChunkClaim, chunk_claimed
from services.dispatcher.channels.providers.doubts import is_unconfirmed
from services.dispatcher.channels.providers.provider import UNCONFIRMED
from services.dispatcher.issue.waits import Wait
from services.dispatcher.ledger.entry import Result
from services.dispatcher.unconfirmed.ports import UnconfirmedRepository
from shared.clock import Clock
from shared.errors import Conflict
from shared.trail import AuditTrail
from shared.values import Count, LetterReference, Value

Became = Literal["sent", "not-sent", "unknown"]


class UnconfirmedLetter(Value):
    """`tried_at` is the time of the hand-over whose end nobody knows."""

    reference: LetterReference
    channel: str
    chunk: Count
    tried_at: datetime


class Unconfirmed:
    def __init__(self, repository: UnconfirmedRepository, trail: AuditTrail, clock: Clock) -> None:
        self._repository = repository
        self._trail = trail
        self._clock = clock

    async def of(self, campaign: str) -> list[UnconfirmedLetter]:
        """Returns those of a campaign, by chunk."""
        now, found = self._clock.now(), list[UnconfirmedLetter]()
        async for chunk in self._repository.half_done(campaign):
            for channel in sorted(chunk.settled.keys() - chunk.out):
                for entry in await self._repository.planned(campaign, chunk.number, channel):
                    if entry.tried_at and is_unconfirmed(entry, now):
                        found.append(
                            UnconfirmedLetter(
                                reference=entry.reference,
                                channel=channel,
                                chunk=chunk.number,
                                tried_at=entry.tried_at,
                            )
                        )
        return found

    async def settle(self, campaign: str, reference: str, became: Became, provider_id: str | None, by: str) -> None:
        """Notes what became of one: `sent` is said as issued, `not-sent` goes again, and of an `unknown` one nothing
        more is expected: it has failed. Raises `Conflict` if it is not unconfirmed."""
        kept = await self._repository.entry(campaign, reference)
        chunk, channel, now = await self._repository.chunk(campaign, kept["chunk"]), kept["channel"], self._clock.now()
        batch = Batch(campaign, chunk.number, channel, now, ())
        try:
            async with chunk_claimed(batch, self._repository, self._clock) as turn:
                entry = (await turn.planned()).get(reference)
                if entry is None or not is_unconfirmed(entry, now):
                    raise Conflict(f"{reference} is not unconfirmed")
                told = {"campaign": campaign, "letter": reference, "became": became, "provider_id": provider_id}
                await self._trail.append(now, by, "unconfirmed.settled", told)
                await self._note(turn, reference, became, provider_id, now)
        except Deferred:
            raise Conflict(f"chunk {chunk.number} is being worked on: try again in a minute") from None
        await self._repository.defer(chunk, [Wait(channel, "settled by a person", now)])

    async def _note(
        self, turn: ChunkClaim, reference: str, became: Became, provider_id: str | None, at: datetime
    ) -> None:
        if became == "not-sent":
            await self._repository.untried([reference], turn.epoch)
        elif became == "sent":
            await turn.note([Result(reference, "issued", provider_id)], at)
        else:
            await turn.note([Result(reference, "failed", reason=UNCONFIRMED)], at)
