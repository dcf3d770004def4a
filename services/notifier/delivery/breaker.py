"""Far ends that are down are left alone for a while, so that they delay nobody else's notices."""

from datetime import datetime, timedelta

from services.notifier.notices.attempts import PAUSES


class Breaker:
    """Of each lane: how often in a row it failed, and until when it is left alone. One try tells whether it is back.

    Kept in memory: a process that starts anew finds out with one try more.
    """

    def __init__(self) -> None:
        self._failed: dict[str, tuple[int, datetime]] = {}

    def open(self, lane: str, now: datetime) -> bool:
        """Whether it is left alone at present."""
        return lane in self._failed and now < self._failed[lane][1]

    def failed(self, lane: str, now: datetime) -> timedelta:
        """Returns for how long it is left alone."""
        count = self._failed.get(lane, (0, now))[0] + 1
        pause = timedelta(seconds=PAUSES[min(count, len(PAUSES)) - 1])
        self._failed[lane] = count, now + pause
        return pause

    def worked(self, lane: str) -> None:
        self._failed.pop(lane, None)
