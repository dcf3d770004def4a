"""Channels that hand over one communication at a time, and how nothing goes out twice by them.

Before a group is handed over, the ledger says that it is being tried; afterwards, what came of each. Whoever finds
a communication that was tried and has no result asks the provider for it by its reference, before anything else.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
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
        owner, began = new_id(), time.monotonic()
        await self._claim(batch, ledger, owner)
        try:
            await self._clear_up(batch, ledger)
            for group in _groups(await self._left(batch, ledger), self._limits.most_at_once(GROUP)):
                if not await going():
                    raise Halted(f"{batch.campaign} may not issue any more")
                if time.monotonic() > began + LONGEST:
                    raise Deferred(f"chunk {batch.chunk} of {batch.campaign} goes on in a moment", self._clock.now())
                await self._claim(batch, ledger, owner)
                await self._limits.take(len(group))
                await self._hand_over(group, ledger)
        finally:
            await ledger.release(batch.id, owner)

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
        for group in _groups(tried, GROUP):
            found = await asyncio.gather(*map(self._provider.find, group))
            known = [(c, answer) for c, answer in zip(group, found, strict=True) if answer]
            await self._note([Result(c.reference, "issued", answer.provider_id) for c, answer in known], ledger)

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
