"""Which process is meant, also when its number has been given to another."""

from typing import Self

import psutil
from pydantic import BaseModel


class Identity(BaseModel, frozen=True):
    """A process number and when that process began, in seconds after boot (so that setting the clock is no matter)."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """The process that has that number now. One that is gone already gets an identity that matches none."""
        try:
            return cls(pid=pid, started=_started(psutil.Process(pid)))
        except psutil.NoSuchProcess:
            return cls(pid=pid, started=-1.0)

    def process(self) -> psutil.Process | None:
        """The process, if it still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(_started(process) - self.started) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def _started(process: psutil.Process) -> float:
    return process.create_time() - psutil.boot_time()
