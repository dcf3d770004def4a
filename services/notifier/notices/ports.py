"""Ports of notices: the templates they are written with, and where they and their asks are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from services.notifier.notices.ask import Ask
from services.notifier.notices.notice import DigestEntry, Notice
from services.notifier.rendering.content import Content


class Templates(Protocol):
    def render(self, template: str, facts: Mapping[str, Any]) -> Content: ...

    def compose(self, subject: str, body: str, team: str, urgent: bool) -> Content: ...


class NoticeStore(Protocol):
    """Store of notices. Every write may be repeated: existing notices stay as they are."""

    async def add(self, notices: Sequence[Notice], entries: Sequence[DigestEntry]) -> None: ...

    async def teams_told(self, campaign: str, rules: Sequence[str]) -> set[str]:
        """Returns the teams that one of these rules told of the campaign, also in their digests."""
        ...

    async def teams_told_of(self, campaign: str, excursion: str) -> set[str]:
        """Returns the teams that were told of an excursion of contact volumes, or of what was done because of it."""
        ...

    async def room(self, team: str, at: datetime, limit: int) -> datetime:
        """Returns `at`, or the beginning of the next hour if the team has `limit` notices that are not urgent in that
        one.
        """
        ...


class AskStore(Protocol):
    async def open(self, asks: Sequence[Ask]) -> None: ...


class SentNotices(Protocol):
    async def get(self, notice_id: str) -> Notice | None: ...

    async def send_again(self, notice: Notice, now: datetime) -> bool:
        """Sends a notice once more if it is as given and has ended; returns whether it was."""
        ...
