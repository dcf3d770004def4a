"""Turns what was gathered for a digest into one notice for each rule, team and campaign."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.notifier.notice import DigestEntry
from services.notifier.notifying import NoticeRepository, Notifying
from shared.clock import Clock


class Gathered(Protocol):
    """An entry is gathered, then taken up by a digest, then told; a crash leaves it in one of these."""

    async def take_up(self, now: datetime) -> None:
        """Assign every entry that is due to a digest."""
        ...

    async def untold(self) -> list[tuple[str, Sequence[DigestEntry]]]:
        """Digests whose notice is not made yet: the notice's id, and its entries."""
        ...

    async def mark_told(self, notice_id: str) -> None: ...


class Digests:
    def __init__(self, gathered: Gathered, notices: NoticeRepository, notifying: Notifying, clock: Clock) -> None:
        self._gathered = gathered
        self._notices = notices
        self._notifying = notifying
        self._clock = clock

    async def step(self) -> bool:
        """Make the notices that are due. Returns whether there was one."""
        await self._gathered.take_up(self._clock.now())
        digests = await self._gathered.untold()
        for notice_id, entries in digests:
            await self._notices.add([self._notifying.digest(notice_id, entries)], [])
            await self._gathered.mark_told(notice_id)
        return bool(digests)
