"""Says which digests are due: what was gathered for one rule, team and campaign, or for a team's own digest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from services.notifier.own_messages import DigestDue
from shared.clock import Clock
from shared.events import Announcer


class Gathered(Protocol):
    """An entry is gathered, then taken up by a digest, then told; a crash leaves it in one of these."""

    async def take_up(self, now: datetime) -> None:
        """Assign every entry that is due to a digest."""
        ...

    async def untold(self) -> Mapping[str, datetime]:
        """Digests of which it was not said yet that they are due, and since when the last of their entries is."""
        ...

    async def mark_told(self, notice_id: str) -> None: ...


class Digests:
    def __init__(self, gathered: Gathered, announcer: Announcer, clock: Clock) -> None:
        self._gathered = gathered
        self._announcer = announcer
        self._clock = clock

    async def step(self) -> bool:
        """Say what is due. Returns whether there was anything."""
        now = self._clock.now()
        await self._gathered.take_up(now)
        digests = await self._gathered.untold()
        for digest, due_at in digests.items():
            await self._announcer.announce(digest, due_at, DigestDue(digest=digest))
            await self._gathered.mark_told(digest)
        return bool(digests)
