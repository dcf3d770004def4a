"""The lock that keeps two supervisors out of one folder."""

import fcntl
import os
from pathlib import Path

from deploy.local.errors import AlreadyRunningError


class Lock:
    """A lock held by the supervisor for as long as it lives; the kernel releases it however the supervisor dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def acquire(self) -> None:
        """Takes the lock, or raises AlreadyRunningError at once."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyRunningError(f"A stack runs already in {self._path.parent}; `otm status` shows it") from None
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
