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
    """`clock` goes by real time, as the dates of files do. A campaign's folder in which nothing has come or gone since
    is not read again, however many files it has."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._clean: dict[Path, int] = {}
        """By folder of a campaign, its time when nothing was left in it that may have to go."""

    async def step(self) -> bool:
        """Deletes drafts, and data files without a manifest, that are old. A chunk that still waits is written anew."""
        swept = await asyncio.to_thread(self._sweep)
        if swept:
            log.info("print files without a manifest swept", files=swept)
        return False

    def _sweep(self) -> int:
        before, swept = self._clock.now() - KEPT_FOR, 0
        for folder in self._folder.glob("*/"):
            changed = folder.stat().st_mtime_ns
            if self._clean.get(folder) == changed:
                continue
            passing = list(_passing(folder))
            old = [file for file in passing if _is_older(file, before)]
            for file in old:
                file.unlink(missing_ok=True)
            swept += len(old)
            if not passing:
                self._clean[folder] = changed
        return swept


def _passing(folder: Path) -> Iterator[Path]:
    """Yields drafts, and data files without a manifest."""
    yield from folder.glob(".*.part")
    for file in folder.glob("*.csv"):
        if not file.with_name(f"{file.stem}{MANIFEST}").exists():
            yield file


def _is_older(file: Path, before: datetime) -> bool:
    try:
        return file.stat().st_mtime < before.timestamp()
    except FileNotFoundError:  # its writer was quicker
        return False
