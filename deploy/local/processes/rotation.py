"""Logs of a bounded size, while the processes that write them go on."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path

from deploy.local.processes.component import Component

LOOK_SECONDS = 5.0


class LogRotation(Component):
    """Sets aside each log of a folder that has grown over a bound, for as long as it runs.

    The content is copied and the file emptied: the process that appends to it needs to know nothing of it, and goes on
    writing when its supervisor was killed. Lines that come in between copying and emptying are lost.
    """

    def __init__(self, folder: Path, bound: int) -> None:
        self._folder, self._bound = folder, bound
        self._task: asyncio.Task[None] | None = None

    async def _start(self) -> None:
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def _keep(self) -> None:
        while True:
            for log in self._folder.glob("*.log"):
                await asyncio.to_thread(rotate, log, self._bound)
            await asyncio.sleep(LOOK_SECONDS)


def rotate(log: Path, bound: int) -> None:
    """Moves the content of a log over `bound` bytes to `….log.1`, in place of the content set aside before.

    Where there is no room for the copy, the content is given up: a full disk is worse.
    """
    with suppress(OSError):
        if log.stat().st_size <= bound:
            return
        aside = log.with_name(log.name + ".1")
        aside.unlink(missing_ok=True)
        try:
            shutil.copyfile(log, aside)
        except OSError:
            aside.unlink(missing_ok=True)
        with log.open("r+b") as file:
            file.truncate(0)
