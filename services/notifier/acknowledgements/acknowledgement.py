"""Asking a team to say that it knows, and taking its answer by a signed link or through the API."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from services.notifier.notices.notice import Notice
from shared.clock import Clock
from shared.contracts import CampaignAmended, NoticeAcknowledged
from shared.errors import Conflict, Forbidden, NotFound
from shared.events import Announcer
from shared.values import CampaignReference, Code, Count, Identifier, Instant, Number, Value

LINKS_LAST = timedelta(days=60)
AT_ONCE = 50
_PURPOSE = b"notifier: links to acknowledge"


class Answer(Value):
    """Who said that the team knows, when, and on which notice of the thread."""

    by: Code
    at: Instant
    notice: Identifier
    channel: Code
    attempts: Count


class Ask(Value):
    """A thread that wants an answer. `step` counts the reminders so far, `next_at` is when the next is due: never, once
    it was answered or is void. `deadline` is by when what the thread tells of must be taken up, where there is one.
    """

    thread: Identifier
    campaign: CampaignReference | None
    team: Code
    rule: Code
    subject: str
    told_at: Instant
    plan_version: Number | None = None
    lines_to_take: Number | None = None
    references: tuple[str, ...] = ()
    deadline: date | None = None
    step: Count = 0
    next_at: Instant | None = None
    answer: Answer | None = None
    void_at: Instant | None = None


class Overtaken(Conflict):
    """What the notice said does not hold any more."""

    code = "overtaken"


class Expired(Forbidden):
    """The link is too old."""

    code = "link-expired"


class AskRepository(Protocol):
    async def get(self, thread: str) -> Ask | None: ...

    async def answer(self, thread: str, answer: Answer) -> None:
        """Keep it, to be said, unless there is an answer already or the thread is void."""
        ...

    async def void(self, campaign: str, teams: Sequence[str], before: int, at: datetime) -> Sequence[str]:
        """What these teams were asked of plans before version `before` holds no more; gives all such threads."""
        ...

    async def unsaid(self, limit: int) -> Sequence[Ask]:
        """Answered threads of which that was not said yet."""
        ...

    async def said(self, ask: Ask) -> None: ...


class Copies(Protocol):
    """The notices of a thread."""

    async def get(self, notice_id: str) -> Notice | None: ...

    async def acknowledged(self, thread: str, by: str, at: datetime) -> None:
        """Mark them, and send those no more that have not gone out."""
        ...

    async def void(self, threads: Sequence[str], at: datetime) -> None:
        """Mark them, and send those no more that have not gone out."""
        ...


class Links:
    """Links by which a notice is acknowledged: whoever holds one may, until it expires."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = hmac.digest(key, _PURPOSE, hashlib.sha256)
        self._url = public_url.rstrip("/")

    def of(self, notice: Notice) -> str | None:
        """The link in that notice, always the same; None if it wants no answer."""
        if not notice.needs_acknowledgement:
            return None
        expires = int((notice.created_at + LINKS_LAST).timestamp())
        return f"{self._url}/v1/acknowledgements/{notice.id}.{expires}.{self._sign(notice.id, expires)}"

    def notice(self, token: str, now: datetime) -> str:
        """The id of the notice that a link's token is for. Raises `NotFound` if we never made it, `Expired`."""
        notice, _, rest = token.partition(".")
        expires, _, signature = rest.partition(".")
        number = int(expires) if expires.isascii() and expires.isdigit() and len(expires) <= len("9999999999") else 0
        if not hmac.compare_digest(signature.encode(), self._sign(notice, number).encode()):
            raise NotFound("there is no such link")
        if now.timestamp() >= number:
            raise Expired("this link is too old: ask for the notice to be sent again, or acknowledge it by the API")
        return notice

    def _sign(self, notice: str, expires: int) -> str:
        return hmac.digest(self._key, f"{notice}.{expires}".encode(), hashlib.sha256).hex()


class Acknowledging:
    def __init__(self, asks: AskRepository, copies: Copies, announcer: Announcer, clock: Clock) -> None:
        self._asks = asks
        self._copies = copies
        self._announcer = announcer
        self._clock = clock

    async def asked(self, notice_id: str) -> tuple[Notice, Ask]:
        """A notice and what it asks. Raises `NotFound` when there is none, or it asks nothing."""
        notice = await self._copies.get(notice_id)
        ask = await self._asks.get(notice.thread) if notice else None
        if notice is None or ask is None:
            raise NotFound("there is no such notice, or it needs no acknowledgement")
        return notice, ask

    async def acknowledge(self, notice_id: str, by: str) -> Ask:
        """The first answer stays. Raises `NotFound`, or `Overtaken` when what the notice told does not hold."""
        notice, ask = await self.asked(notice_id)
        if ask.answer is None:
            now = self._clock.now()
            answer = Answer(by=by, at=now, notice=notice.id, channel=notice.channel, attempts=notice.attempts)
            await self._asks.answer(ask.thread, answer)
            _, ask = await self.asked(notice_id)
        if ask.void_at is not None or ask.answer is None:
            raise Overtaken("this was changed since: acknowledge the notice that came after it")
        await self._copies.acknowledged(ask.thread, ask.answer.by, ask.answer.at)
        return ask

    async def void(self, amended: CampaignAmended) -> None:
        """What its `void` teams said of earlier plans holds no more, and is not asked or sent any more."""
        now = self._clock.now()
        threads = await self._asks.void(amended.campaign, amended.void, amended.plan_version, now)
        await self._copies.void(threads, now)

    async def say(self) -> bool:
        """Say what was acknowledged. Returns whether there was anything to say."""
        unsaid = await self._asks.unsaid(AT_ONCE)
        for ask in unsaid:
            if ask.answer is not None:
                await self._copies.acknowledged(ask.thread, ask.answer.by, ask.answer.at)
                await self._announcer.announce(ask.thread, ask.answer.at, _said(ask, ask.answer))
            await self._asks.said(ask)
        return bool(unsaid)


def _said(ask: Ask, answer: Answer) -> NoticeAcknowledged:
    return NoticeAcknowledged(
        notice=answer.notice,
        campaign=ask.campaign,
        team=ask.team,
        rule=ask.rule,
        channel=answer.channel,
        attempts=answer.attempts,
        acknowledged_by=answer.by,
        acknowledged_at=answer.at,
        plan_version=ask.plan_version,
        lines_to_take=ask.lines_to_take,
    )
