"""Reads blocks of populations, and remembers the last few: whoever issues a chunk asks for the same ones again."""

from collections import OrderedDict
from collections.abc import Iterable

from services.dispatcher.ports import BLOCK
from shared.storage.store import Collection, Document

REMEMBERED = 32
"""Blocks, as the store has them: encrypted, about 100 kB each."""


class BlockReader:
    """Blocks are never changed once their load is finished, and which one a row is in follows from its number."""

    def __init__(self, blocks: Collection) -> None:
        self._blocks = blocks
        self._remembered: OrderedDict[str, Document] = OrderedDict()

    async def holding(self, load: str, rows: Iterable[int]) -> list[Document]:
        """The blocks of these rows, in the order of the file."""
        wanted = sorted({holder_of(load, row) for row in rows})
        found = {identifier: self._remembered[identifier] for identifier in wanted if identifier in self._remembered}
        missing = [identifier for identifier in wanted if identifier not in found]
        if missing:
            found |= {block["_id"]: block async for block in self._blocks.find({"_id": {"$in": missing}})}
        self._remember(found)
        return [found[identifier] for identifier in wanted if identifier in found]

    def _remember(self, blocks: dict[str, Document]) -> None:
        for identifier, block in blocks.items():
            self._remembered[identifier] = block
            self._remembered.move_to_end(identifier)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def holder_of(load: str, row: int) -> str:
    """The id of the block that this row is in."""
    return block_id(load, (row - 1) // BLOCK * BLOCK + 1)


def block_id(load: str, first: int) -> str:
    return f"{load}:{first:08d}"
