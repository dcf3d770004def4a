"""Circuit breaker: a far end that is down is left alone for a while, so that it delays no other notice."""

from datetime import datetime, timedelta

from services.notifier.notices.attempts import PAUSE_SECONDS


class Breaker:
    """Failures of each lane in a row, and until when it is left alone. One try tells whether it is back.

    Kept in memory: a process that starts anew finds out with one try more.
    """

    def __init__(self) -> None:
        self._failed: dict[str, tuple[int, datetime]] = {}
        self._well: set[str] = set()

    def open(self, lane: str, now: datetime) -> bool:
        """Returns whether a lane is left alone at present."""
        return lane in self._failed and now < self._failed[lane][1]

    def well(self, lane: str) -> bool:
        """Returns whether the far end took what it was given last."""
        return lane in self._well

    def failed(self, lane: str, now: datetime) -> timedelta:
        """Returns for how long it is left alone."""
        count = self._failed.get(lane, (0, now))[0] + 1
        pause = timedelta(seconds=PAUSE_SECONDS[min(count, len(PAUSE_SECONDS)) - 1])
        self._failed[lane] = count, now + pause
        self._well.discard(lane)
        return pause

    def worked(self, lane: str) -> None:
        self._failed.pop(lane, None)
        self._well.add(lane)
