"""Ctrl-C and its kin."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """The first signal cancels the task that is in this block. Later ones change nothing: a stop takes 15 s at most."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    told = False

    def interrupt() -> None:
        nonlocal told
        if task and not told:
            told = True
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, interrupt)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
