"""Memory of what is kept under versions: read again only where a version is another one."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    version: int
    until: float
    value: T


class Versioned(Generic[T]):
    """Things as `read` found them last, by name. A version is asked for before what it counts is read, so that a thing
    is never taken for newer than it is. Where a version is counted only after its change, what is older than
    `oldest_seconds` is read again all the same: the writer may have died in between.
    """

    def __init__(
        self, read: Callable[[Collection[str]], Awaitable[Mapping[str, T]]], oldest_seconds: float = inf
    ) -> None:
        self._read = read
        self._oldest_seconds = oldest_seconds
        self._kept: OrderedDict[str, _Kept[T]] = OrderedDict()

    async def of(self, versions: Sequence[tuple[str, int]]) -> dict[str, T]:
        """Returns the things by name, in the order of their names and present versions; what is not there is left
        out."""
        now = time.monotonic()
        found = {
            name: kept.value
            for name, version in versions
            if (kept := self._kept.get(name)) and kept.version == version and now < kept.until
        }
        missing = [name for name, _ in versions if name not in found]
        found |= await self._read(missing) if missing else {}
        for name, version in versions:
            if name in found:
                self._keep(name, _Kept(version, now + self._oldest_seconds, found[name]), name in missing)
        return {name: found[name] for name, _ in versions if name in found}

    def _keep(self, name: str, kept: _Kept[T], anew: bool) -> None:
        if anew:
            self._kept[name] = kept
        if name in self._kept:
            self._kept.move_to_end(name)
        if len(self._kept) > MOST_REMEMBERED:
            self._kept.popitem(last=False)
