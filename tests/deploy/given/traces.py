"""Traces of a stack on the machine."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil

from deploy.local.stack.home import Home


def processes_of(home: Home) -> list[psutil.Process]:
    """Every living process that mentions the folder in its command or its environment, which children inherit."""
    return [process for process in psutil.process_iter() if _mentions(process, str(home.folder))]


async def nothing_is_left_of(home: Home) -> bool:
    """Tells whether all of them are gone, or go within a few seconds: the kernel ends them one after another."""
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while processes_of(home):
                await asyncio.sleep(0.1)
    return processes_of(home) == []


def listeners(*ports: int) -> set[tuple[int, int | None]]:
    """Returns the listeners on those ports: port and process."""
    return {(address.port, pid) for address, pid in _listening() if address.port in ports}


def addresses_of(home: Home) -> set[str]:
    """The interfaces that its processes listen on."""
    pids = {process.pid for process in processes_of(home)}
    return {address.ip for address, pid in _listening() if pid in pids}


def _listening() -> Iterator[tuple[Any, int | None]]:
    return ((c.laddr, c.pid) for c in psutil.net_connections() if c.status == psutil.CONN_LISTEN)


def _mentions(process: psutil.Process, folder: str) -> bool:
    with suppress(psutil.Error):
        told = [*process.cmdline(), *process.environ().values()]
        return process.status() != psutil.STATUS_ZOMBIE and any(folder in text for text in told)
    return False
