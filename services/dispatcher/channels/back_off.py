"""A channel whose provider fails is left alone for a while, longer each time, without stopping the others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.channel import Batch, Channel, Deferred, Way
from services.dispatcher.ledger.ports import SendLedger
from shared.clock import Clock
from shared.errors import Unavailable

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=10)


class BackingOff:
    """Turns `Unavailable` into `Deferred`. After the wait one batch at a time finds out whether it is over."""

    def __init__(self, channel: Channel, code: str, clock: Clock) -> None:
        self._channel = channel
        self._code = code
        self._clock = clock
        self._failures = 0
        self._until: datetime | None = None

    @property
    def one_by_one(self) -> bool:
        return self._channel.one_by_one

    @property
    def capabilities(self) -> ChannelCapabilities:
        return self._channel.capabilities

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: SendLedger) -> AsyncIterator[Way]:
        async with self._unless_ailing(), self._channel.reserved(batch, ledger) as way:
            yield way

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        async with self._unless_ailing():
            return await self._channel.look_back(batch, ledger)

    @asynccontextmanager
    async def _unless_ailing(self) -> AsyncIterator[None]:
        now = self._clock.now()
        if self._until is not None and now < self._until:
            raise Deferred(f"{self._code} is backed off", self._until)
        before = self._failures
        if before:
            self._until = now + self._pause()  # for the others, while this one tries
        try:
            yield
        except Unavailable as error:
            self._failures = before + 1  # several that fail together are one failure
            self._until = self._clock.now() + self._pause()
            raise Deferred(f"{self._code}: {error.message}", self._until) from error
        self._failures, self._until = 0, None

    def _pause(self) -> timedelta:
        return min(SHORTEST * float(2 ** min(max(self._failures - 1, 0), 10)), LONGEST)
