"""Time of work that is done in stretches."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.store_time import StoreTime


@dataclass(slots=True)
class Stopwatch:
    """Seconds by the wall clock, and of the store's processor, of all stretches together."""

    store_time: StoreTime
    seconds: float = 0.0
    store: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        began, store_began = time.monotonic(), self.store_time.now()
        yield
        self.seconds += time.monotonic() - began
        self.store += self.store_time.now() - store_began
