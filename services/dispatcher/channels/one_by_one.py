"""Channels that hand over one communication at a time, and how nothing goes out twice by them.

Before a group is handed over, the ledger says that it is being tried; afterwards, what came of each. Whoever finds
a communication that was tried and has no result asks the provider for it by its reference, before anything else.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol

from services.dispatcher.abilities import Abilities
from services.dispatcher.channels.channel import Batch, Deferred, Going, Halted
from services.dispatcher.channels.limits import Limits
from services.dispatcher.communication import Communication
from services.dispatcher.dispatch_ports import Result, SendLedger
from shared.clock import Clock
from shared.errors import Transient
from shared.identifiers import new_id

GROUP = 20
"""Handed over at the same time, and the most that can be in doubt after a crash."""
UNCONFIRMED = "unconfirmed"
LONGEST = 20.0  # seconds in one go: a handler's time is limited, and a slow provider is no failure
PROLONG_EVERY = 15.0  # seconds: a claim lasts 60
REMEMBERED = timedelta(days=6)
"""For so long a provider that can be asked knows what it was handed (Notify: 7 days). Later its no says nothing."""
LOOK_AGAIN = timedelta(seconds=30)
"""How soon to see whether another worker has finished a chunk."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it, because of `reason` (a code)."""

    reason: str


class Provider(Protocol):
    can_find: ClassVar[bool]
    """Whether it can be asked for a communication by its reference. If not, one that was tried and has no result is
    never tried again: it is `failed` and `unconfirmed`, for somebody to look into."""

    async def hand_over(self, communication: Communication) -> Accepted | Refused:
        """Raises `Unavailable` or `Deferred` when it may be taken later. A provider that cannot find then has not taken
        it for certain; one that can is asked for it before it is tried again."""
        ...

    async def find(self, communication: Communication) -> Accepted | None:
        """What the provider has of it, if it has it."""
        ...


class OneByOne:
    """Carries one text to one place, in standard print: neither another format nor a copy for an agent."""

    one_by_one = True
    abilities = Abilities()

    def __init__(self, provider: Provider, limits: Limits, clock: Clock) -> None:
        self._provider = provider
        self._limits = limits
        self._clock = clock

    async def send(self, batch: Batch, ledger: SendLedger, going: Going) -> None:
        """Whoever is cancelled keeps the claim until it lapses: what they handed over may be on its way still, and
        whoever asks the provider for it too early is told that it is not there."""
        owner = new_id()
        await self._claim(batch, ledger, owner)
        try:
            async with self._claim_kept(batch, ledger, owner):
                await self._clear_up(batch, ledger)
                await self._go_through(batch, ledger, going, owner)
        except Exception:
            await ledger.release(batch.id, owner)
            raise
        await ledger.release(batch.id, owner)

    async def _go_through(self, batch: Batch, ledger: SendLedger, going: Going, owner: str) -> None:
        began = time.monotonic()
        for group in _groups(await self._left(batch, ledger), self._limits.most_at_once(GROUP)):
            if not await going():
                raise Halted(f"{batch.campaign} may not issue any more")
            if time.monotonic() > began + LONGEST:
                raise Deferred(f"chunk {batch.chunk} of {batch.campaign} goes on in a moment", self._clock.now())
            await self._claim(batch, ledger, owner)
            await self._limits.take(len(group))
            await ledger.handing_over(batch.id, batch.channel, self._clock.now())
            await self._hand_over(group, ledger)

    @asynccontextmanager
    async def _claim_kept(self, batch: Batch, ledger: SendLedger, owner: str) -> AsyncIterator[None]:
        """However slow the provider is with one group. If it is lost, the claim before the next group says so."""

        async def prolong() -> None:
            while True:
                await asyncio.sleep(PROLONG_EVERY)
                await ledger.claim(batch.id, owner)

        prolonging = asyncio.create_task(prolong())
        try:
            yield
        finally:
            prolonging.cancel()
            await asyncio.wait([prolonging])

    async def _claim(self, batch: Batch, ledger: SendLedger, owner: str) -> None:
        if not await ledger.claim(batch.id, owner):
            raise Deferred(f"chunk {batch.chunk} of {batch.campaign} is in other hands", self._clock.now() + LOOK_AGAIN)

    async def _left(self, batch: Batch, ledger: SendLedger, tried: bool = False) -> list[Communication]:
        planned = await ledger.planned(batch.campaign, batch.chunk, batch.channel)
        left = {entry.reference for entry in planned if entry.tried or not tried}
        return [communication for communication in batch.communications if communication.reference in left]

    async def _clear_up(self, batch: Batch, ledger: SendLedger) -> None:
        """Find out what came of those that were tried before and have no result."""
        tried = await self._left(batch, ledger, tried=True)
        if not self._provider.can_find:
            await self._note([Result(c.reference, "failed", reason=UNCONFIRMED) for c in tried], ledger)
            return
        last = await ledger.handed_over(batch.id, batch.channel) or batch.issued_at
        forgotten = self._clock.now() > last + REMEMBERED
        for group in _groups(tried, GROUP):
            found = await asyncio.gather(*map(self._provider.find, group))
            pairs = list(zip(group, found, strict=True))
            results = [Result(c.reference, "issued", answer.provider_id) for c, answer in pairs if answer]
            if forgotten:
                results += [Result(c.reference, "failed", reason=UNCONFIRMED) for c, answer in pairs if not answer]
            await self._note(results, ledger)

    async def _hand_over(self, group: Sequence[Communication], ledger: SendLedger) -> None:
        await ledger.trying([communication.reference for communication in group], True)
        answers = await asyncio.gather(*map(self._provider.hand_over, group), return_exceptions=True)
        pairs = list(zip(group, answers, strict=True))
        await self._note([_result(c, answer) for c, answer in pairs if isinstance(answer, Accepted | Refused)], ledger)
        errors = [(c, answer) for c, answer in pairs if isinstance(answer, BaseException)]
        if errors:
            if not self._provider.can_find:  # it says for certain that they were not taken
                await ledger.trying([c.reference for c, error in errors if isinstance(error, Transient)], False)
            raise errors[0][1]

    async def _note(self, results: Sequence[Result], ledger: SendLedger) -> None:
        if results:
            await ledger.results(results, self._clock.now())


def _result(communication: Communication, answer: Accepted | Refused) -> Result:
    if isinstance(answer, Refused):
        return Result(communication.reference, "failed", reason=answer.reason)
    return Result(communication.reference, "issued", answer.provider_id)


def _groups(communications: Sequence[Communication], size: int) -> Iterator[Sequence[Communication]]:
    for start in range(0, len(communications), size):
        yield communications[start : start + size]
