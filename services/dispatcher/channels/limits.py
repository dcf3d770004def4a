"""Limits of a channel: so many a minute and so many a day, counted for all replicas together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from datetime import time as time_of_day
from typing import Protocol

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.channel import Batch, Channel, Deferred, Way
from services.dispatcher.ledger.ports import SendLedger
from shared.clock import LONDON, Clock
from shared.values import Number, Value

ONE_MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


class Allowance(Value):
    """Most that may go out in a minute and in a day; None is no limit."""

    a_minute: Number | None = None
    a_day: Number | None = None


class Counters(Protocol):
    async def take(self, name: str, count: int, at_most: int) -> bool:
        """Adds `count` to the counter, unless that takes it beyond `at_most` and it is not at 0. It is forgotten a
        week after it began."""
        ...

    async def give_back(self, name: str, count: int) -> None: ...


class Limits:
    """`zone` is that of the days that the other party counts."""

    def __init__(
        self, channel: str, allowance: Allowance, counters: Counters, clock: Clock, zone: tzinfo = LONDON
    ) -> None:
        self._channel = channel
        self._allowance = allowance
        self._counters = counters
        self._clock = clock
        self._zone = zone

    def bounding(self, can: ChannelCapabilities) -> ChannelCapabilities:
        """Returns what a channel can do within these limits."""
        return replace(can, a_day=self._allowance.a_day, a_minute=self._allowance.a_minute)

    def most_at_once(self, wanted: int) -> int:
        """Returns the most of `wanted` that fits into one minute and one day."""
        return min(wanted, self._allowance.a_minute or wanted, self._allowance.a_day or wanted)

    async def take(self, count: int) -> str:
        """Counts them as going out now; gives what `give_back` asks for. Raises `Deferred` till the next minute or day
        when there is no room."""
        now = self._clock.now()
        minute = now.replace(second=0, microsecond=0)
        day = now.astimezone(self._zone).date()
        midnight = datetime.combine(day + ONE_DAY, time_of_day(), self._zone)
        daily = f"{self._channel}:{day}"
        await self._within(daily, count, self._allowance.a_day, midnight)
        try:
            name = f"{self._channel}:{minute:%Y-%m-%dT%H:%M}"
            await self._within(name, count, self._allowance.a_minute, minute + ONE_MINUTE)
        except Deferred:
            await self.give_back(daily, count)
            raise
        return daily

    async def give_back(self, taken: str, count: int) -> None:
        """Gives back what was taken and did not go out, for others on that day. The minute's rate counts attempts."""
        if count and self._allowance.a_day is not None:
            await self._counters.give_back(taken, count)

    async def _within(self, name: str, count: int, at_most: int | None, until: datetime) -> None:
        if at_most is not None and not await self._counters.take(name, count, at_most):
            raise Deferred(f"{self._channel} is at its limit", until)


class Limited:
    """A channel that takes whole batches, within its limits: a batch larger than them has a minute or day alone."""

    one_by_one = False

    def __init__(self, channel: Channel, limits: Limits) -> None:
        self._channel = channel
        self._limits = limits

    @property
    def capabilities(self) -> ChannelCapabilities:
        return self._limits.bounding(self._channel.capabilities)

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: SendLedger) -> AsyncIterator[Way]:
        taken = await self._limits.take(batch.items)
        try:
            async with self._channel.reserved(batch, ledger) as way:
                yield way
        except Exception:
            await self._limits.give_back(taken, batch.items)
            raise

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        return await self._channel.look_back(batch, ledger)
