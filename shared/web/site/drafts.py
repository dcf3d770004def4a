"""Drafts: what somebody typed when their session was over, kept for them until they are back."""

from collections.abc import Mapping, Sequence
from typing import Protocol

Typed = Mapping[str, Sequence[str]]


class Drafts(Protocol):
    """One draft for each person and page, encrypted, for an hour."""

    async def keep(self, subject: str, page: str, typed: Typed) -> None: ...

    async def of(self, subject: str, page: str) -> Typed | None: ...

    async def forget(self, subject: str, page: str) -> None: ...
