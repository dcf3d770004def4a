"""Channels that hand over one communication at a time, each at most once.

Before a group is handed over, the ledger records that it is being tried; afterwards, the result of each. A
communication that was tried and has no result is in doubt: it is looked up, and not handed over again, while the others
go on.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.channel import Batch, Deferred, Halted, SendClearance, Way
from services.dispatcher.channels.limits import Limits
from services.dispatcher.channels.providers.claim import ChunkClaim, chunk_claimed
from services.dispatcher.channels.providers.doubts import DoubtCounts, Doubts
from services.dispatcher.channels.providers.provider import Accepted, Answer, InDoubt, Provider, PutOff, Refused
from services.dispatcher.ledger.entry import LedgerEntry, Result
from services.dispatcher.ledger.ports import SendLedger
from services.dispatcher.letters.communication import Communication
from shared.clock import Clock
from shared.errors import Transient

GROUP_SIZE = 20
"""Number handed over at the same time, and the most that can be in doubt after a crash."""
GO_SECONDS = 20.0  # seconds in one go: a handler's time is limited, and a slow provider is no failure
TRY_AGAIN, GIVE_UP = timedelta(minutes=15), timedelta(days=3)
"""Intervals after which a recipient who cannot be reached is tried again, and given up."""
UNREACHABLE = "unreachable"


class OneByOne:
    """Carries one text to one place, in standard print: neither another format nor a copy for an agent."""

    one_by_one = True

    def __init__(self, provider: Provider, limits: Limits, clock: Clock, counts: DoubtCounts) -> None:
        self._provider = provider
        self._limits = limits
        self._clock = clock
        self._doubts = Doubts(provider, clock, counts)
        self._well = True
        """False from an answer that leaves doubt until the next that leaves none. Meanwhile one at a time is tried, so
        that an outage does not put all that wait in doubt."""

    @property
    def capabilities(self) -> ChannelCapabilities:
        return self._limits.bounding(ChannelCapabilities())

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: SendLedger) -> AsyncIterator[Way]:
        async with chunk_claimed(batch, ledger, self._clock) as turn:
            in_doubt = await self._doubts.look(turn)
            yield Way(partial(self._go_through, turn, in_doubt), turn.epoch)

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        """Looks up what was tried. Never returns True: what nobody has tried stays planned."""
        async with chunk_claimed(batch, ledger, self._clock) as turn:
            if in_doubt := await self._doubts.look(turn):
                raise in_doubt
        return False

    async def _go_through(
        self, turn: ChunkClaim, in_doubt: Deferred | None, batch: Batch, clearance: SendClearance
    ) -> None:
        began = time.monotonic()
        entries = await turn.planned()
        left = [
            replace(c, issued_at=batch.issued_at)
            for c in batch.communications
            if c.reference in entries and self._ready(entries[c.reference])
        ]
        while left:
            size = self._limits.most_at_once(GROUP_SIZE if self._well else 1)
            group, left = left[:size], left[size:]
            if not await clearance.going():
                raise Halted(f"{batch.campaign} may not issue any more")
            if time.monotonic() > began + GO_SECONDS:
                raise Deferred(f"chunk {batch.chunk} of {batch.campaign} goes on in a moment", self._clock.now())
            await turn.confirm()
            taken = await self._limits.take(len(group))
            await self._hand_over(group, entries, turn, taken)
        waits = [in_doubt] if in_doubt else []
        put_off = [entry.put_off for entry in (await turn.planned()).values() if entry.put_off and not entry.tried_at]
        if put_off:
            waits.append(Deferred(f"{len(put_off)} of chunk {batch.chunk} cannot be reached at present", min(put_off)))
        if waits:
            raise min(waits, key=lambda wait: wait.until)

    def _ready(self, entry: LedgerEntry) -> bool:
        return entry.tried_at is None and (entry.put_off is None or entry.put_off <= self._clock.now())

    async def _hand_over(
        self, group: Sequence[Communication], entries: Mapping[str, LedgerEntry], turn: ChunkClaim, taken: str
    ) -> None:
        references = [communication.reference for communication in group]
        if await turn.ledger.trying(references, self._clock.now(), turn.epoch) < len(group):
            raise Deferred("some of these were taken out of the chunk meanwhile", self._clock.now())
        answers = await asyncio.gather(*map(self._provider.hand_over, group), return_exceptions=True)
        now = self._clock.now()
        came = _sorted_out([entries[reference] for reference in references], answers, now)
        await turn.note(came.results, now)
        await turn.ledger.put_off(came.put_off, now, now + TRY_AGAIN, turn.epoch)
        await turn.ledger.untried(came.untaken, turn.epoch)
        await self._limits.give_back(taken, came.refused + len(came.put_off) + len(came.untaken))
        if any(isinstance(answer, InDoubt) for answer in answers):
            self._well = False
        elif came.results:
            self._well = True
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer


@dataclass(frozen=True, slots=True)
class _Came:
    """Results of one group: `put_off` are to be tried again, `untaken` were not taken for certain."""

    results: list[Result] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    untaken: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return sum(result.outcome == "failed" for result in self.results)


def _sorted_out(entries: Sequence[LedgerEntry], answers: Sequence[Answer | BaseException], now: datetime) -> _Came:
    came = _Came()
    for entry, answer in zip(entries, answers, strict=True):
        if isinstance(answer, Accepted):
            came.results.append(Result(entry.reference, "issued", answer.provider_id))
        elif isinstance(answer, Refused):
            came.results.append(Result(entry.reference, "failed", reason=answer.reason))
        elif isinstance(answer, Transient) and not isinstance(answer, InDoubt):
            came.untaken.append(entry.reference)
        elif isinstance(answer, PutOff) and entry.put_off_since and now > entry.put_off_since + GIVE_UP:
            came.results.append(Result(entry.reference, "failed", reason=UNREACHABLE))
        elif isinstance(answer, PutOff):
            came.put_off.append(entry.reference)
    return came
