"""Clocks for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
"""A Monday morning on which something is launched."""


@dataclass
class StoppedClock:
    """Stands still until it is moved."""

    instant: datetime = NOON

    def now(self) -> datetime:
        return self.instant

    def move(self, **by: float) -> None:
        """As a `timedelta` says it: `minutes=15`."""
        self.instant += timedelta(**by)
