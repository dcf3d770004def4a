"""Delivery of notices: sends what is are due, each far end for itself, and says what became of each notice."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from services.notifier.channels import Channel, FarEndDown, Outgoing, Refused
from services.notifier.delivery.breaker import Breaker
from services.notifier.delivery.ports import Links, OutgoingQueue
from services.notifier.notices.attempts import Result, next_try, with_try
from services.notifier.notices.notice import Notice, State
from shared.clock import Clock
from shared.contracts import NoticeFailed, NoticeSent
from shared.errors import Permanent, Transient
from shared.events import Announcer

NOTICES_PER_STEP = 20
ABREAST = 4
"""Notices that a far end with many receivers is given at the same time."""
UNEXPECTED, TOO_SLOW = "unexpected-error", "no-answer"

log = structlog.get_logger(__name__)


class NoChannel(Refused):
    code = "channel-not-set-up"


class Delivery:
    """Sender of notices. A crash between sending and noting it sends once more, with the same message id; nothing else
    sends twice.

    Each lane is worked on by itself: one that is slow or down delays no other. One endpoint is given one notice at a
    time, a mail server several. `send_seconds` is in seconds, and less than a claim of the queue lasts.
    """

    def __init__(
        self,
        queue: OutgoingQueue,
        channels: Mapping[str, Channel],
        links: Links,
        announcer: Announcer,
        clock: Clock,
        send_seconds: float,
    ) -> None:
        self._queue = queue
        self._channels = channels
        self._links = links
        self._announcer = announcer
        self._clock = clock
        self._send_seconds = send_seconds
        self._breaker = Breaker()
        self._working: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def step(self) -> bool:
        """Starts work on every lane that has something to send. Returns False: the lanes do the rest by themselves."""
        now = self._clock.now()
        for lane in await self._queue.lanes(now):
            if lane not in self._working and not self._breaker.open(lane, now):
                self._working[lane] = asyncio.create_task(self._work(lane), name=lane)
                self._working[lane].add_done_callback(lambda done: self._working.pop(done.get_name()))
        return False

    async def finish(self, within: float = 5.0) -> None:
        """Returns when every lane has done what it has in hand, which is cut off after `within` seconds."""
        self._stopping = True
        await self.idle(within)
        for task in self._working.values():
            task.cancel()

    async def idle(self, within: float | None = None) -> None:
        """Returns when no lane is at work."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=within)

    async def say(self) -> bool:
        """Announces what became of notices. Returns whether there was anything to say."""
        unsaid = await self._queue.unsaid(NOTICES_PER_STEP)
        for notice in unsaid:
            at = notice.ended_at or self._clock.now()
            async with self._queue.following(notice, "notice said"):
                await self._announcer.announce(notice.message_id, at, _end_of(notice, at))
                await self._queue.said(notice)
        return bool(unsaid)

    async def _work(self, lane: str) -> None:
        """Sends until nothing is due on the lane, or its far end is down. It looks anew before each few notices: one
        that is urgent waits for those in hand and for no others."""
        try:
            while due := await self._queue.due(lane, self._clock.now(), ABREAST):
                if self._stopping or self._breaker.open(lane, self._clock.now()):
                    return
                await asyncio.gather(*(self._send(lane, notice) for notice in self._abreast(lane, due)))
        except Exception as error:
            log.warning("lane stopped", lane=lane, exc_info=error)

    def _abreast(self, lane: str, due: Sequence[Notice]) -> list[Notice]:
        """Returns the first of what is due; where the far end has many receivers and took the last one, the others of
        the same urgency too."""
        if is_one_endpoint(lane) or not self._breaker.well(lane):
            return list(due[:1])
        return [notice for notice in due if notice.urgency is due[0].urgency]

    async def _send(self, lane: str, notice: Notice) -> None:
        claimed = await self._queue.begin(notice, self._clock.now())
        if claimed is not None:
            async with self._queue.following(claimed, "notice sent"):
                await self._attempt(lane, claimed)

    async def _attempt(self, lane: str, notice: Notice) -> None:
        try:
            async with asyncio.timeout(self._send_seconds):
                await self._channel(notice).send(Outgoing(notice, self._links.of(notice), again=notice.attempts > 1))
        except Permanent as error:
            await self._end(_tried(notice, self._clock.now(), Result.REFUSED, error.code), State.FAILED)
        except Exception as error:  # whatever it was: a notice that stays claimed would be heard of late
            log.warning("notice not taken", notice=notice.id, attempts=notice.attempts, exc_info=error)
            down = isinstance(error, FarEndDown | TimeoutError)
            result = Result.FAR_END_DOWN if down else Result.NOT_TAKEN
            await self._later(lane, _tried(notice, self._clock.now(), result, _reason(error)))
        else:
            self._breaker.worked(lane)
            await self._end(_tried(notice, self._clock.now(), Result.TAKEN, None), State.SENT)

    def _channel(self, notice: Notice) -> Channel:
        if notice.channel not in self._channels:
            raise NoChannel(f"the settings do not say how to reach the channel {notice.channel}")
        return self._channels[notice.channel]

    async def _later(self, lane: str, notice: Notice) -> None:
        last = notice.tries[-1]
        pause = self._breaker.failed(lane, last.at) if last.result is Result.FAR_END_DOWN else last.at - last.at
        again = next_try(notice.tries, notice.begun_at or last.at, pause)
        if again is None:
            await self._end(notice, State.FAILED)
        else:
            await self._queue.try_again(notice.model_copy(update={"due_at": again}))

    async def _end(self, notice: Notice, state: State) -> None:
        last = notice.tries[-1]
        if state is State.FAILED:
            log.error("notice failed", notice=notice.id, attempts=notice.attempts, reason=last.reason)
        await self._queue.end(notice.model_copy(update={"state": state, "ended_at": last.at, "reason": last.reason}))


def is_one_endpoint(lane: str) -> bool:
    """Returns whether all notices of a lane go to one endpoint, after which it is named: `slack:chat`."""
    return ":" in lane


def _tried(notice: Notice, at: datetime, result: Result, reason: str | None) -> Notice:
    return notice.model_copy(update={"tries": with_try(notice.tries, at, result, reason)})


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return TOO_SLOW
    return error.code if isinstance(error, Transient) else UNEXPECTED


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
        versions = {"plan_version": notice.plan_version, "lines_to_take": notice.lines_to_take}
        return NoticeSent(**about, **versions, sent_at=at)
    return NoticeFailed(**about, reason=notice.reason or "unknown", failed_at=at)
