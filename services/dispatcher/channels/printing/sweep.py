"""Sweep of the print folder: what a writer left behind that died, or whose campaign was stopped, has personal data in
it and is no letter."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from services.dispatcher.channels.printing.files import MANIFEST
from shared.clock import Clock

KEPT_FOR = timedelta(hours=1)
"""A writer takes seconds; nobody is still busy with what is older."""

log = structlog.get_logger(__name__)


class PrintSweep:
    """`clock` goes by real time, as the dates of files do."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    async def step(self) -> bool:
        """Deletes drafts, and data files without a manifest, that are old. A chunk that still waits is written anew."""
        swept = await asyncio.to_thread(self._sweep)
        if swept:
            log.info("print files without a manifest swept", files=swept)
        return False

    def _sweep(self) -> int:
        old = list(_old(self._folder, self._clock.now() - KEPT_FOR))
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)


def _old(folder: Path, before: datetime) -> Iterator[Path]:
    for file in (*folder.glob("*/.*.part"), *folder.glob("*/*.csv")):
        if file.suffix == ".csv" and file.with_name(f"{file.stem}{MANIFEST}").exists():
            continue
        try:
            if file.stat().st_mtime < before.timestamp():
                yield file
        except FileNotFoundError:  # its writer was quicker
            continue
