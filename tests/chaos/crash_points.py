"""Places in the services at which one of them dies by SIGKILL, when it is its turn."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from tests.support.tampering import marker_name

POINTS = {
    "planner": (
        "outbox: committed, not said", "relay: said, not forgotten", "responses: kept, not acknowledged",
        "handler: done, not acknowledged",
    ),
    "dispatcher": (
        "population: half loaded", "outbox: committed, not said", "relay: said, not forgotten",
        "allocation: chunks kept, waves not", "chunk: in the ledger, not printed", "chunk: printed, not finished",
        "chunk: finished, not announced", "handler: recorded, not announced", "handler: done, not acknowledged",
    ),
    "intake": ("outbox: committed, not said", "relay: said, not forgotten", "handler: done, not acknowledged"),
    "notifier": (
        "handler: done, not acknowledged", "notice: claimed, not sent", "notice: sent, not noted",
        "notice: noted, not said", "digest: taken up, not told",
    ),
}  # fmt: skip
"""The points that every small campaign comes by."""
SEEN_SECONDS = 0.05


class CrashPoints:
    """A point whose marker is in the folder of its service is passed unharmed: all of them, until one is armed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for service, point in self.all():
            marker = self._marker(service, point)
            marker.parent.mkdir(parents=True, exist_ok=True)
            marker.touch()

    @staticmethod
    def all() -> Iterator[tuple[str, str]]:
        return ((service, point) for service, points in POINTS.items() for point in points)

    @staticmethod
    def options(service: str) -> list[str]:
        """Returns what `tests.support.tampering` is told of that service's points."""
        return [f"--die-at={point}" for point in POINTS[service]]

    async def died(self, service: str, point: str) -> None:
        """Arms a point, and returns when the service has died there."""
        marker = self._marker(service, point)
        marker.unlink()
        while not marker.exists():
            await asyncio.sleep(SEEN_SECONDS)

    def _marker(self, service: str, point: str) -> Path:
        return self.folder / service / marker_name(point)
