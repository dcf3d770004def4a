"""Ports of acknowledgements: the asks, and the notices of a thread."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from services.notifier.notices.ask import Answer, Ask, Closed
from services.notifier.notices.notice import Notice


class AskRepository(Protocol):
    def following(self, ask: Ask, span: str) -> AbstractAsyncContextManager[None]:
        """Returns the trace of the answer, or of the notice where there is none yet."""
        ...

    async def get(self, thread: str) -> Ask | None: ...

    async def answer(self, thread: str, answer: Answer) -> None:
        """Keeps an answer, to be announced, unless the thread is answered or void."""
        ...

    async def void(self, campaign: str, teams: Sequence[str], before: int, at: datetime) -> Sequence[str]:
        """Withdraws what these teams were asked of plans before version `before`; returns all such threads."""
        ...

    async def open_of(self, campaign: str) -> Sequence[Ask]:
        """Returns the campaign's asks that wait for an answer."""
        ...

    async def waiting(self, campaign: str | None, team: str | None) -> Sequence[Ask]:
        """Returns the asks that wait for an answer, the oldest first: of all campaigns and teams, or of these."""
        ...

    async def of_campaign(self, campaign: str) -> Sequence[Ask]: ...

    async def overtake(self, thread: str, at: datetime) -> None:
        """Makes an ask void, answered or not."""
        ...

    async def close(self, thread: str, why: Closed) -> None:
        """Ends an ask that nobody answered here; an answer or a void stays as it is."""
        ...

    async def unsaid(self, limit: int) -> Sequence[Ask]:
        """Returns answered threads whose answer was not announced yet."""
        ...

    async def said(self, ask: Ask) -> None: ...

    async def silent(self, now: datetime, limit: int) -> Sequence[Ask]:
        """Returns the asks whose next reminder is due."""
        ...

    async def reminded(self, ask: Ask, next_at: datetime | None) -> None:
        """Notes that the reminder after `ask.step` was made; `next_at` is when the next is due, if there is one."""
        ...


class Copies(Protocol):
    """The notices of a thread."""

    async def get(self, notice_id: str) -> Notice | None: ...

    async def acknowledged(self, thread: str, by: str, at: datetime) -> None:
        """Marks the notices, and withdraws those that have not gone out."""
        ...

    async def void(self, threads: Sequence[str], at: datetime) -> None:
        """Marks the notices, and withdraws those that have not gone out."""
        ...

    async def sent(self, thread: str) -> bool:
        """Returns whether a notice of the thread has gone out, or is about to."""
        ...

    async def last_sent(self, thread: str) -> Notice | None:
        """Returns the latest notice of the thread that has gone out and wants an answer."""
        ...

    async def withdraw_waiting(self, thread: str, at: datetime) -> None:
        """Withdraws the notices of a thread that have not gone out."""
        ...

    async def ask_no_more(self, thread: str, at: datetime) -> None:
        """Withdraws the reminders of a thread that have not gone out, and takes the question from its other notices."""
        ...

    async def withdraw_reminders(self, thread: str, at: datetime) -> None:
        """Withdraws the reminders of a thread that have not gone out."""
        ...
