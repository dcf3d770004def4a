"""Sends notices that are due, one attempt at a time, and says what became of each."""

from datetime import datetime
from typing import Any, Protocol

import structlog

from services.notifier.attempts import next_try
from services.notifier.notice import Notice, State
from shared.clock import Clock
from shared.contracts import NoticeFailed, NoticeSent
from shared.errors import Permanent, Transient
from shared.messaging.publishing import Announcer

AT_ONCE = 20
UNEXPECTED = "unexpected-error"

log = structlog.get_logger(__name__)


class Channel(Protocol):
    async def send(self, notice: Notice) -> None:
        """Raises `Permanent` when it can never be taken, `Transient` when it may be later."""
        ...


class Outgoing(Protocol):
    async def due(self, now: datetime, limit: int) -> list[Notice]:
        """Notices to send now, oldest first; those that a sender died over are among them."""
        ...

    async def begin(self, notice: Notice) -> Notice | None:
        """Claim it for one attempt; None if somebody else did."""
        ...

    async def end(self, notice: Notice, state: State, at: datetime, reason: str | None = None) -> Notice:
        """Note how it ended."""
        ...

    async def try_again(self, notice: Notice, at: datetime) -> None: ...

    async def unsaid(self, limit: int) -> list[Notice]:
        """Notices that have ended, of which that was not said yet."""
        ...

    async def said(self, notice: Notice) -> None: ...


class Delivery:
    """A crash between sending and noting it sends once more, with the same message id; nothing else sends twice."""

    def __init__(self, outgoing: Outgoing, channel: Channel, announcer: Announcer, clock: Clock) -> None:
        self._outgoing = outgoing
        self._channel = channel
        self._announcer = announcer
        self._clock = clock

    async def send(self) -> bool:
        """Send what is due. Returns whether there was anything."""
        due = await self._outgoing.due(self._clock.now(), AT_ONCE)
        for notice in due:
            claimed = await self._outgoing.begin(notice)
            if claimed is not None:
                await self._attempt(claimed)
        return bool(due)

    async def say(self) -> bool:
        """Say what became of notices. Returns whether there was anything to say."""
        unsaid = await self._outgoing.unsaid(AT_ONCE)
        for notice in unsaid:
            at = notice.ended_at or self._clock.now()
            await self._announcer.announce(notice.id, at, _end_of(notice, at))
            await self._outgoing.said(notice)
        return bool(unsaid)

    async def _attempt(self, notice: Notice) -> None:
        try:
            await self._channel.send(notice)
        except Permanent as error:
            await self._give_up(notice, error.code)
        except Exception as error:  # whatever it was: a notice that stays claimed would never be heard of again
            log.warning("notice not taken", notice=notice.id, attempts=notice.attempts, exc_info=error)
            await self._later(notice, error.code if isinstance(error, Transient) else UNEXPECTED)
        else:
            await self._outgoing.end(notice, State.SENT, self._clock.now())

    async def _later(self, notice: Notice, reason: str) -> None:
        again = next_try(notice.attempts, self._clock.now())
        if again is None:
            await self._give_up(notice, reason)
        else:
            await self._outgoing.try_again(notice, again)

    async def _give_up(self, notice: Notice, reason: str) -> None:
        log.error("notice failed", notice=notice.id, attempts=notice.attempts, reason=reason)
        await self._outgoing.end(notice, State.FAILED, self._clock.now(), reason)


def _end_of(notice: Notice, at: datetime) -> NoticeSent | NoticeFailed:
    about: dict[str, Any] = {
        "notice": notice.id,
        "campaign": notice.campaign,
        "team": notice.team,
        "rule": notice.rule,
        "channel": notice.channel,
        "attempts": notice.attempts,
    }
    if notice.state is State.SENT:
        return NoticeSent(**about, sent_at=at)
    return NoticeFailed(**about, reason=notice.reason or "unknown", failed_at=at)
