"""How often anyone may call, in bounded memory: nobody can fill it with keys or addresses they make up."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import TooMany

MOST_CALLERS = 10_000
MOST_ADDRESSES = 10_000
NOTHING = 1e-6  # seconds that may be left over by rounding


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second over time, and so many at once."""

    per_second: float
    burst: int


STRANGER = Rate(5, 20)
"""Requests with no key that we know, from one address."""
STRANGERS = Rate(100, 400)
"""The same from all addresses together."""


class Buckets:
    """A token bucket for each name, of which only the instant is kept at which it will be full again.

    Of more than `at_most` names, the one that was not used for longest is forgotten.
    """

    def __init__(self, at_most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._at_most = at_most
        self._now = now
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def wait(self, name: str, rate: Rate) -> float:
        """Seconds until there is a token; 0 when there is one now."""
        wait = self._missing(name) - (rate.burst - 1) / rate.per_second
        return wait if wait > NOTHING else 0.0

    def take(self, name: str, rate: Rate) -> float:
        """Takes a token if there is one; gives the seconds to wait for it if there is none."""
        wait = self.wait(name, rate)
        if wait == 0:
            self._full_at[name] = self._now() + self._missing(name) + 1 / rate.per_second
        if name in self._full_at:
            self._full_at.move_to_end(name)
        if len(self._full_at) > self._at_most:
            self._full_at.popitem(last=False)
        return wait

    def _missing(self, name: str) -> float:
        """Seconds until the bucket is full."""
        return max(0.0, self._full_at.get(name, 0.0) - self._now())


class RateLimits:
    """Callers by their key; strangers by address, and all of them together."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._callers = Buckets(MOST_CALLERS, now)
        self._addresses = Buckets(MOST_ADDRESSES, now)
        self._strangers = Buckets(1, now)

    def caller(self, key: str, rate: float | None) -> None:
        """Count a request under a known key, whose own `rate` a second may differ. Raises `TooMany`."""
        own = Rate(rate, max(1, int(rate * self._rate.burst / self._rate.per_second))) if rate else self._rate
        _refuse(self._callers.take(key, own), "this key")

    def patience(self, address: str) -> None:
        """Raises `TooMany` when this address has tried too often what we do not know; counts nothing."""
        _refuse(self._addresses.wait(address, STRANGER), "an unknown caller")

    def stranger(self, address: str) -> None:
        """Count a request that nobody we know has sent. Raises `TooMany`."""
        _refuse(self._addresses.take(address, STRANGER), "an unknown caller")
        _refuse(self._strangers.take("all", STRANGERS), "unknown callers")

    @property
    def remembered(self) -> int:
        """How many callers and addresses are held in memory."""
        return len(self._callers) + len(self._addresses)


def _refuse(wait: float, whose: str) -> None:
    if wait > 0:
        raise TooMany(f"too many requests of {whose}: try again later", math.ceil(wait))
