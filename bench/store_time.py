"""Processor time of the store: a measure of its work that is much the same on a busy machine as on an idle one."""

import time
from urllib.parse import urlsplit

import psutil

OF_ALL_THREADS = 2
"""Linux: the lowest three bits of the number of a process's clock say what it counts."""


class StoreTime:
    """Time of the process that listens where `mongo_url` says; of the day where that is in a container, say."""

    def __init__(self, mongo_url: str) -> None:
        port = urlsplit(mongo_url).port
        listening = [each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN]
        pid = next((each.pid for each in listening if each.laddr and each.laddr.port == port and each.pid), None)
        self._clock = (~pid << 3) | OF_ALL_THREADS if pid else time.CLOCK_MONOTONIC

    def now(self) -> float:
        """Seconds."""
        return time.clock_gettime(self._clock)
