"""Communications that were handed to a provider and have no result: what became of them is found out, never guessed."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from prometheus_client import CollectorRegistry, Counter

from services.dispatcher.channels.channel import Deferred
from services.dispatcher.channels.providers.claim import ChunkClaim
from services.dispatcher.channels.providers.provider import UNCONFIRMED, Provider
from services.dispatcher.ledger.entry import LedgerEntry, Result
from shared.clock import Clock

T = TypeVar("T")
LOOKS = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
"""Times after the hand-over at which the provider is asked; every hour after the last. What it took a moment ago it may
not find yet: Notify answers first and keeps the notification later."""
LOOK_AGAIN = timedelta(hours=1)
A_PERSON_HAS = timedelta(days=6)
"""Time for a person to find out what became of an unconfirmed communication. Then it has `failed`: Notify forgets after
seven days, and a campaign is not open for ever."""
ASKED_TOGETHER = 20

log = structlog.get_logger(__name__)


class DoubtCounts:
    """`unconfirmed` counts each look that leaves a communication unconfirmed, `twice` those that a provider has more
    than once."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.unconfirmed = Counter(
            "otm_dispatch_unconfirmed", "Looks that left a communication unconfirmed", ["channel"], registry=registry
        )
        self.twice = Counter(
            "otm_dispatch_twice", "Communications that a provider has more than once", ["channel"], registry=registry
        )


class Doubts:
    """Looks up communications in doubt with their provider. One that stays unfound is `unconfirmed`: nobody sends it
    again before a person has said that it did not go."""

    def __init__(self, provider: Provider, clock: Clock, counts: DoubtCounts) -> None:
        self._provider = provider
        self._clock = clock
        self._counts = counts

    async def look(self, turn: ChunkClaim) -> Deferred | None:
        """Notes the results of those that are found. Returns until when the others wait; None if no doubt is left."""
        now, channel = self._clock.now(), turn.batch.channel
        doubtful = [entry for entry in (await turn.planned()).values() if entry.tried_at]
        has = await self._has([entry.reference for entry in doubtful if now >= _since(entry) + LOOKS[0]])
        for reference in (reference for reference, ids in has.items() if len(ids) > 1):
            self._counts.twice.labels(channel).inc()
            log.error("provider has a communication twice", reference=reference, channel=channel)
        results = [_result(entry, has.get(entry.reference, ()), now) for entry in doubtful]
        await turn.note([result for result in results if result], now)
        left = [entry for entry, result in zip(doubtful, results, strict=True) if result is None]
        self._counts.unconfirmed.labels(channel).inc(sum(is_unconfirmed(entry, now) for entry in left))
        return _wait(turn, left, now) if left else None

    async def _has(self, references: Sequence[str]) -> dict[str, Sequence[str]]:
        """Returns the provider's ids by reference."""
        has: dict[str, Sequence[str]] = {}
        if self._provider.can_find:
            for some in groups(references, ASKED_TOGETHER):
                has |= zip(some, await asyncio.gather(*map(self._provider.find, some)), strict=True)
        return has


def is_unconfirmed(entry: LedgerEntry, now: datetime) -> bool:
    """Returns whether an entry was tried, and neither found nor reported on for so long that it is a person's."""
    return entry.tried_at is not None and now >= entry.tried_at + LOOKS[-1]


def groups(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _result(entry: LedgerEntry, ids: Sequence[str], now: datetime) -> Result | None:
    if ids or entry.reported:
        return Result(entry.reference, "issued", ids[0] if ids else entry.provider_id)
    if now >= _since(entry) + A_PERSON_HAS:
        return Result(entry.reference, "failed", reason=UNCONFIRMED)
    return None


def _wait(turn: ChunkClaim, left: Sequence[LedgerEntry], now: datetime) -> Deferred:
    unconfirmed, until = sum(is_unconfirmed(entry, now) for entry in left), min(_next(entry, now) for entry in left)
    if unconfirmed:
        return Deferred(f"{unconfirmed} unconfirmed: otm dispatch unconfirmed {turn.batch.campaign}", until)
    return Deferred(f"{len(left)} in doubt", until)


def _next(entry: LedgerEntry, now: datetime) -> datetime:
    looks = (_since(entry) + after for after in LOOKS)
    return min((at for at in looks if at > now), default=now + LOOK_AGAIN)


def _since(entry: LedgerEntry) -> datetime:
    return entry.tried_at or entry.issue.at
