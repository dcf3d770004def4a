"""GOV.UK Notify takes a notice before it knows whether the address exists: it is asked later what became of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services.notifier.notices.attempts import Result, with_try
from services.notifier.notices.notice import Notice, State
from shared.clock import Clock

FIRST_ASKED = timedelta(minutes=5)
"""After it was taken; then each time when it is twice as long ago."""
ASKED_UNTIL = timedelta(days=4)
"""It tries for three days itself."""
AT_ONCE = 50
BAD_ADDRESS = "bad-address"


class Fate(StrEnum):
    OPEN = "open"
    ARRIVED = "arrived"
    BOUNCED = "bounced"


class Receipts(Protocol):
    async def fate(self, message_id: str) -> Fate: ...


class Unsure(Protocol):
    async def unsure(self, now: datetime, limit: int) -> list[Notice]:
        """Notices that were taken, of which it is time to ask."""
        ...

    async def ask_next(self, notice: Notice, at: datetime | None) -> None:
        """Ask again then, or never."""
        ...

    async def bounced(self, notice: Notice) -> None:
        """Note that it has failed after all, to be said."""
        ...


class Bounces:
    def __init__(self, unsure: Unsure, receipts: Receipts, clock: Clock) -> None:
        self._unsure = unsure
        self._receipts = receipts
        self._clock = clock

    async def step(self) -> bool:
        """Ask of those whose time it is. Returns whether there was one."""
        asked = await self._unsure.unsure(self._clock.now(), AT_ONCE)
        for notice in asked:
            await self._settle(notice, await self._receipts.fate(notice.message_id), self._clock.now())
        return bool(asked)

    async def _settle(self, notice: Notice, fate: Fate, now: datetime) -> None:
        age = now - (notice.ended_at or now)
        if fate is Fate.BOUNCED:
            tries = with_try(notice.tries, now, Result.REFUSED, BAD_ADDRESS)
            failed = {"state": State.FAILED, "reason": BAD_ADDRESS, "ended_at": now, "tries": tries}
            await self._unsure.bounced(notice.model_copy(update=failed))
        else:
            sure = fate is Fate.ARRIVED or age > ASKED_UNTIL
            await self._unsure.ask_next(notice, None if sure else now + max(age, FIRST_ASKED))
