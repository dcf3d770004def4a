"""Store operations for suppression lists."""

from collections.abc import Sequence
from typing import Protocol

from services.dispatcher.suppression.index import SuppressionEntry
from services.dispatcher.suppression.list_summary import ListSummary


class ListRepository(Protocol):
    async def begin(self, load: str, name: str) -> None: ...

    async def add(self, load: str, number: int, entries: Sequence[SuppressionEntry]) -> None: ...

    async def finish(self, summary: ListSummary) -> None:
        """Makes it the list of its name, in place of an earlier one."""
        ...

    async def discard(self, load: str) -> None: ...

    async def current(self, name: str) -> ListSummary:
        """Raises `NotFound`."""
        ...

    async def withdraw(self, summary: ListSummary) -> None:
        """Raises `Stale`, with nothing done, if the list of that name is another one by now."""
        ...
