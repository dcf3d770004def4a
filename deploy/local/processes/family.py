"""Processes that a process has started itself."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import psutil


def descendants(pid: int) -> list[psutil.Process]:
    """Every process below that one; none if it is gone."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


async def terminate(processes: Sequence[psutil.Process], patience: float) -> None:
    """Waits that many seconds for the processes to end, then kills them.

    They must not be children of this process: waiting for those is asyncio's.
    """
    _, left = await asyncio.to_thread(psutil.wait_procs, processes, patience)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    await asyncio.to_thread(psutil.wait_procs, left, patience)
