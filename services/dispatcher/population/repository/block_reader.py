"""Reader of blocks of populations, which remembers the last few: issuing a chunk asks for the same ones again."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from services.dispatcher.population.ports import ROWS_PER_BLOCK
from shared.storage.store import Collection, Document

BLOCKS_REMEMBERED = 32
"""Number of blocks remembered, as the store has them: encrypted, about 100 kB each."""
REMEMBERED_SECONDS = 5.0
"""Seconds. Chunks that share a block follow each other closely; who is erased must not be read for long after."""


class BlockReader:
    """Blocks of a finished load change only when somebody in them is erased; a row's block follows from its number."""

    def __init__(self, blocks: Collection, now: Callable[[], float] = time.monotonic) -> None:
        self._blocks = blocks
        self._now = now
        self._remembered: OrderedDict[str, tuple[float, Document]] = OrderedDict()

    async def holding(self, load: str, rows: Iterable[int]) -> list[Document]:
        """The blocks of these rows, in the order of the file."""
        wanted = sorted({holder_of(load, row) for row in rows})
        found = self._fresh(wanted)
        missing = [identifier for identifier in wanted if identifier not in found]
        if missing:
            read = {block["_id"]: block async for block in self._blocks.find({"_id": {"$in": missing}})}
            self._remember(read)
            found |= read
        return [found[identifier] for identifier in wanted if identifier in found]

    def _fresh(self, identifiers: Iterable[str]) -> dict[str, Document]:
        since = self._now() - REMEMBERED_SECONDS
        known = {
            identifier: self._remembered[identifier] for identifier in identifiers if identifier in self._remembered
        }
        return {identifier: block for identifier, (read_at, block) in known.items() if read_at > since}

    def _remember(self, blocks: dict[str, Document]) -> None:
        for identifier, block in blocks.items():
            self._remembered[identifier] = self._now(), block
            self._remembered.move_to_end(identifier)
        while len(self._remembered) > BLOCKS_REMEMBERED:
            self._remembered.popitem(last=False)


def holder_of(load: str, row: int) -> str:
    """The id of the block that this row is in."""
    return block_id(load, (row - 1) // ROWS_PER_BLOCK * ROWS_PER_BLOCK + 1)


def block_id(load: str, first: int) -> str:
    return f"{load}:{first:08d}"
