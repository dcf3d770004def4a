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


BEFORE_THE_FIRST = "0" * 64
"""The hash that the first entry is linked to."""


@dataclass(frozen=True, slots=True)
class Verified:
    """`entries` is the number of the last good one, `head` its hash; after it comes `first_broken`, if any. `ended`:
    nothing is left to look at."""

    entries: int
    first_broken: int | None
    head: str
    ended: bool = True


class AuditTrail(Protocol):
    """The trail of one service."""

    async def append(self, at: datetime, who: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Adds an entry at the end; an entry that is appended at the same time comes before or after it."""
        ...

    async def seen_by(self, keys: Sequence[str]) -> list[dict[str, str]]:
        """Returns who did what about one of `keys`, and when, as a customer is told."""
        ...

    async def verified(self, after: int = 0, link: str = BEFORE_THE_FIRST, most: int | None = None) -> Verified:
        """Returns how far the trail is whole after the entry of number `after`, whose hash is `link`; looks at `most`
        entries."""
        ...

    async def hash_of(self, number: int) -> str | None:
        """Returns the hash of one entry, to compare with what was noted elsewhere; None if there is none."""
        ...
