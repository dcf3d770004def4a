"""Blocks of a suppression list as documents: blind indexes one after the other, and their entries."""

from collections.abc import Sequence

from services.dispatcher.population.repository.blocks import INDEX_BYTES, of_generation
from services.dispatcher.suppression.index import SuppressionEntry
from shared.storage.store import Document


def block_of(load: str, number: int, entries: Sequence[SuppressionEntry], generation: int = 1) -> Document:
    return {
        "_id": f"{load}:{number:08d}",
        "load": load,
        "customers": b"".join(entry.customer for entry in entries),
        "entries": [[entry.reason, entry.since, entry.until] for entry in entries],
        **of_generation(generation),
    }


def entries_of(block: Document) -> list[SuppressionEntry]:
    pairs = zip(cut(block["customers"]), block["entries"], strict=True)
    return [SuppressionEntry(customer, *entry) for customer, entry in pairs]


def cut(indexes: bytes) -> list[bytes]:
    return [indexes[start : start + INDEX_BYTES] for start in range(0, len(indexes), INDEX_BYTES)]
