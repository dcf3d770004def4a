"""Resending: a notice is sent once more because somebody asks for it."""

from services.notifier.notices.notice import Notice
from services.notifier.notices.ports import SentNotices
from shared.clock import Clock
from shared.errors import Conflict, NotFound
from shared.trail import AuditTrail


class Resender:
    def __init__(self, notices: SentNotices, trail: AuditTrail, clock: Clock) -> None:
        self._notices = notices
        self._trail = trail
        self._clock = clock

    async def resend(self, notice_id: str, who: str) -> Notice:
        """Returns the notice, on its way again. Raises `NotFound`; `Conflict` if it still is, or does not hold any
        more.
        """
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
