"""When each key was last used: noted in memory with every request, and kept by a job now and then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from shared.clock import Clock

MOST = 10_000


class UsageRepository(Protocol):
    async def keep(self, used: Mapping[str, datetime]) -> None:
        """The latest of what is kept and what is given. May be repeated."""
        ...

    async def last_used(self) -> Mapping[str, datetime]: ...


class Usage:
    """Loses at most what was noted since the last `keep`."""

    def __init__(self, repository: UsageRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock
        self._used: dict[str, datetime] = {}

    def note(self, key: str) -> None:
        if len(self._used) < MOST or key in self._used:
            self._used[key] = self._clock.now()

    async def step(self) -> bool:
        """Keep what was noted. As a job does it: never more to do at once."""
        used = dict(self._used)
        if used:
            await self._repository.keep(used)
            for key, at in used.items():
                if self._used[key] == at:
                    del self._used[key]
        return False

    async def last_used(self) -> Mapping[str, datetime]:
        await self.step()
        return await self._repository.last_used()
