"""Ports of delivery: the notices on their way, their links, and receipts of what was taken."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from services.notifier.channels.outgoing import Fate
from services.notifier.notices.notice import Notice


class Links(Protocol):
    def of(self, notice: Notice) -> str | None:
        """Returns where a notice is acknowledged; None if it needs no acknowledgement."""
        ...


class OutgoingQueue(Protocol):
    """Notices on their way, in lanes: one for each far end."""

    def following(self, notice: Notice, span: str) -> AbstractAsyncContextManager[None]:
        """Returns the trace of what the notice tells of."""
        ...

    async def lanes(self, now: datetime) -> set[str]:
        """Returns the lanes with something to send now."""
        ...

    async def due(self, lane: str, now: datetime, limit: int) -> list[Notice]:
        """Returns due notices, urgent ones first, then the oldest; among them those whose sender died."""
        ...

    async def begin(self, notice: Notice, now: datetime) -> Notice | None:
        """Claims a notice for one attempt; None if somebody else did, or it is not to be sent any more."""
        ...

    async def end(self, notice: Notice) -> None:
        """Notes how a notice ended, to be announced."""
        ...

    async def try_again(self, notice: Notice) -> None: ...

    async def unsaid(self, limit: int) -> list[Notice]:
        """Returns notices that have ended, which was not announced yet."""
        ...

    async def said(self, notice: Notice) -> None: ...


class Receipts(Protocol):
    async def fate(self, message_id: str) -> Fate: ...


class UnconfirmedNotices(Protocol):
    async def unsure(self, now: datetime, limit: int) -> list[Notice]:
        """Returns taken notices about which it is time to ask."""
        ...

    async def ask_next(self, notice: Notice, at: datetime | None) -> None:
        """Notes when to ask again; None for never."""
        ...

    async def bounced(self, notice: Notice) -> None:
        """Notes that a notice failed after all, to be announced."""
        ...
