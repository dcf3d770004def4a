"""Trails, as one process each writes them, and entries in them."""

from datetime import UTC, datetime, timedelta

from shared.storage.audit.trail import MongoAuditTrail
from shared.storage.store import Store
from tests.support.clocks import StoppedClock

AT = datetime(2026, 9, 7, 12, tzinfo=UTC)
KEY = b"k" * 32


def trail_of(store: Store, key: bytes = KEY) -> MongoAuditTrail:
    """Returns what one process writes with."""
    return MongoAuditTrail(store, key, StoppedClock(AT))


async def grown(trail: MongoAuditTrail, entries: int, first: int = 0) -> list[str]:
    """Returns the ids of entries that are written one after the other."""
    at = [AT + timedelta(seconds=n) for n in range(first, first + entries)]
    added = [await trail.append(at[n], "clerk", "read", {"contact": first + n}) for n in range(entries)]
    return [f"{entry.chain}:{entry.number:012}" for entry in added]
