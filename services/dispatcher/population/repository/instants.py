"""Instants of loads: kept as instants, by which old loads are found; versions before kept them as texts."""

from datetime import datetime

from shared.storage.schema import DataMigration
from shared.storage.store import Document


def loaded_at(load: Document) -> datetime:
    """Returns the instant, also of a load that is not migrated yet: replicas of two versions write side by side."""
    at = load["loaded_at"]
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _by_instant(load: Document) -> Document | None:
    at = load.get("loaded_at")
    return {"$set": {"loaded_at": datetime.fromisoformat(at)}} if isinstance(at, str) else None


LOADS_BY_INSTANT = DataMigration("0001-loads-by-instant", "loads", ("loaded_at",), _by_instant)
