"""Digests that are due: entries gathered for one rule, team and campaign, or for a team's own digest."""

from services.notifier.own_messages import DigestDue
from services.notifier.timed.ports import DigestRepository
from shared.clock import Clock
from shared.events import Announcer


class Digests:
    def __init__(self, gathered: DigestRepository, announcer: Announcer, clock: Clock) -> None:
        self._gathered = gathered
        self._announcer = announcer
        self._clock = clock

    async def step(self) -> bool:
        """Announces what is due. Returns whether there was anything."""
        now = self._clock.now()
        await self._gathered.take_up(now)
        digests = await self._gathered.untold()
        for digest, due_at in digests.items():
            async with self._gathered.telling(digest):
                await self._announcer.announce(digest, due_at, DigestDue(digest=digest))
            await self._gathered.mark_told(digest)
        return bool(digests)
