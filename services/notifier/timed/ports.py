"""Ports of timed notices: the moments that came, deadlines that passed, and what was gathered for digests."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from services.notifier.notices.ask import Ask
from services.notifier.notices.notice import DigestEntry
from services.notifier.own_messages import MomentCame


class MomentRepository(Protocol):
    """The moments that came, each with its id. Every write may be repeated."""

    async def not_yet(self, moments: Sequence[MomentCame]) -> Sequence[MomentCame]:
        """Returns those that were not marked yet."""
        ...

    def telling(self, moment: MomentCame) -> AbstractAsyncContextManager[None]:
        """Returns the trace of the campaign's approval, in which the moment is told."""
        ...

    async def mark(self, moment: MomentCame, at: datetime) -> None: ...


class Deadlines(Protocol):
    def following(self, ask: Ask, span: str) -> AbstractAsyncContextManager[None]:
        """Returns the trace of the notice that asks."""
        ...

    async def overdue(self, today: date, limit: int) -> Sequence[Ask]:
        """Returns unanswered asks whose deadline is that day or before, as long as it was not told."""
        ...

    async def told_overdue(self, ask: Ask) -> None: ...


class DigestRepository(Protocol):
    """Entries of digests. An entry is gathered, then taken up by a digest, then told; a crash leaves it in one of
    these.
    """

    async def take_up(self, now: datetime) -> None:
        """Assigns every entry that is due to a digest."""
        ...

    async def untold(self) -> Mapping[str, datetime]:
        """Returns digests not announced as due yet, and since when the last of their entries is due."""
        ...

    def telling(self, digest: str) -> AbstractAsyncContextManager[None]:
        """Returns the trace of the first entry, linked to those of the others."""
        ...

    async def mark_told(self, notice_id: str) -> None: ...

    async def of_digest(self, digest: str) -> Sequence[DigestEntry]: ...
