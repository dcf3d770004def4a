"""Sending a notice once more because somebody asks for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from services.notifier.notices.notice import Notice
from shared.clock import Clock
from shared.errors import Conflict, NotFound


class Notices(Protocol):
    async def get(self, notice_id: str) -> Notice | None: ...

    async def send_again(self, notice: Notice, now: datetime) -> bool:
        """Whether it was as given and had ended, so that it is sent once more."""
        ...


class Trail(Protocol):
    async def append(self, at: datetime, who: str, what: str, details: Mapping[str, object]) -> object: ...


class Resending:
    def __init__(self, notices: Notices, trail: Trail, clock: Clock) -> None:
        self._notices = notices
        self._trail = trail
        self._clock = clock

    async def resend(self, notice_id: str, who: str) -> Notice:
        """The notice, on its way again. Raises `NotFound`; `Conflict` if it still is, or does not hold any more."""
        notice = await self._notices.get(notice_id)
        if notice is None:
            raise NotFound("there is no such notice")
        if notice.void_at is not None:
            raise Conflict("what this notice said does not hold any more: there is a later one")
        now = self._clock.now()
        asked = {"notice": notice.id, "campaign": notice.campaign, "team": notice.team, "number": notice.resent + 1}
        await self._trail.append(now, who, "notice.resend-asked", asked)
        if not await self._notices.send_again(notice, now):
            raise Conflict("this notice is still on its way")
        return await self._notices.get(notice_id) or notice
