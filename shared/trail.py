"""An append-only trail of who did what, as those who write to it and read in it see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a chain of the trail. `number` counts from 1; `details` are codes and references; the main chain has
    no name."""

    number: int
    at: str
    who: str
    what: str
    details: Mapping[str, Any]
    previous: str
    hash: str
    chain: str = ""


BEFORE_THE_FIRST = "0" * 64
"""The hash that the first entry of the main chain is linked to."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Good `entries` were looked at; `after` is the place of the last, `head` its hash; after it comes what is
    `broken`, if anything is, in words that name it. `ended`: nothing is left to look at."""

    entries: int
    after: int | str
    head: str
    broken: str | None = None
    ended: bool = True


class AuditTrail(Protocol):
    """The trail of one service."""

    async def append(self, at: datetime, who: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Adds an entry at the end of this process's chain."""
        ...

    async def seen_by(self, keys: Sequence[str]) -> list[dict[str, str]]:
        """Returns who did what about one of `keys`, and when, as a customer is told."""
        ...

    async def about(self, keys: Sequence[str]) -> list[Entry]:
        """Returns the entries whose details name one of `keys` in their `about`, oldest first."""
        ...

    async def seal(self) -> int:
        """Notes in the main chain how far each other chain has come. Returns the number of the main chain's end."""
        ...

    async def verified(self, after: int = 0, link: str = BEFORE_THE_FIRST, most: int | None = None) -> Verified:
        """Returns how far the main chain, and what its seals say, is whole after the entry of number `after`, whose
        hash is `link`; looks at `most` entries and ends of chains."""
        ...

    async def chains_verified(self, after: str = "", link: str = "", most: int | None = None) -> Verified:
        """Returns how far all other chains, one after the other, are whole after that place; looks at `most`
        entries."""
        ...

    async def hash_of(self, number: int) -> str | None:
        """Returns the hash of one entry of the main chain, to compare with what was noted elsewhere; None if there is
        none."""
        ...
