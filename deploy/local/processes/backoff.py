"""Delays before a crashed process is started again."""


class Backoff:
    """Half a second, doubling up to 15 s while it keeps crashing; from the beginning after 30 s of health."""

    def __init__(self, first: float = 0.5, longest: float = 15.0, calm: float = 30.0) -> None:
        self._first, self._longest, self._calm = first, longest, calm
        self._delay = first

    def after(self, healthy: float) -> float:
        """Seconds to wait, after a run that was healthy for that many seconds."""
        if healthy >= self._calm:
            self._delay = self._first
        delay, self._delay = self._delay, min(self._delay * 2, self._longest)
        return delay
