"""A file that may change while the service runs: read again when it has, so that nobody has to restart anything."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")

LOOK_EVERY = 1.0  # seconds

log = structlog.get_logger(__name__)


class WatchedFile(Generic[T]):
    """The value that `read` makes of the file. A change that cannot be read is logged, and the earlier value stays."""

    def __init__(self, path: Path, read: Callable[[Path], T]) -> None:
        self._path = path
        self._read = read
        self._seen = self._state()
        self._value = read(path)
        self._look_after = time.monotonic() + LOOK_EVERY

    def value(self) -> T:
        """At most a second old."""
        return self.newest() if time.monotonic() >= self._look_after else self._value

    def newest(self) -> T:
        """As the file is now."""
        self._look_after = time.monotonic() + LOOK_EVERY
        try:
            state = self._state()
            if state != self._seen:
                self._value = self._read(self._path)
                self._seen = state
        except Exception as error:
            log.warning("a file that was changed cannot be read", file=self._path.name, error=type(error).__name__)
        return self._value

    def _state(self) -> tuple[int, int, int]:
        stat = self._path.stat()
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
