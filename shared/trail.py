"""An append-only trail of who did what, as those who write to it and read in it see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the trail. `number` counts from 1; `details` are codes and references."""

    number: int
    at: str
    who: str
    what: str
    details: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """`entries` were looked at, up to the first that is broken or missing; `head` is the last good one's hash."""

    entries: int
    first_broken: int | None
    head: str


class AuditTrail(Protocol):
    """The trail of one service."""

    async def append(self, at: datetime, who: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Adds an entry at the end; an entry that is appended at the same time comes before or after it."""
        ...

    async def seen_by(self, keys: Sequence[str]) -> list[dict[str, str]]:
        """Returns who did what about one of `keys`, and when, as a customer is told."""
        ...

    async def verified(self) -> Verified:
        """Returns how far the trail is whole, looked at from its beginning."""
        ...

    async def hash_of(self, number: int) -> str | None:
        """Returns the hash of one entry, to compare with what was noted elsewhere; None if there is none."""
        ...
