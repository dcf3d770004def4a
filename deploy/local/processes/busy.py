"""Patience with a process, by how busy the machine is."""

import os

MOST = 5.0


def stretched(seconds: float) -> float:
    """Returns what becomes of so many seconds where others wait for the processors too: up to five times as many."""
    waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds * min(max(waiting, 1.0), MOST)
