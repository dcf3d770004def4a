"""Bounces: GOV.UK Notify takes a notice before it knows whether the address exists, so it is asked later."""

from datetime import datetime, timedelta

from services.notifier.channels.outgoing import Fate
from services.notifier.delivery.ports import Receipts, UnconfirmedNotices
from services.notifier.notices.attempts import Result, with_try
from services.notifier.notices.notice import Notice, State
from shared.clock import Clock

ASK_FIRST_AFTER = timedelta(minutes=5)
"""After it was taken; then each time when it is twice as long ago."""
ASK_UNTIL = timedelta(days=4)
"""It tries for three days itself."""
NOTICES_PER_STEP = 50
BAD_ADDRESS = "bad-address"


class Bounces:
    def __init__(self, unsure: UnconfirmedNotices, receipts: Receipts, clock: Clock) -> None:
        self._unsure = unsure
        self._receipts = receipts
        self._clock = clock

    async def step(self) -> bool:
        """Asks about the notices whose time it is. Returns whether there was one."""
        asked = await self._unsure.unsure(self._clock.now(), NOTICES_PER_STEP)
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
            sure = fate is Fate.ARRIVED or age > ASK_UNTIL
            await self._unsure.ask_next(notice, None if sure else now + max(age, ASK_FIRST_AFTER))
