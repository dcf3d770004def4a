"""Advisers for a chosen answer time: Erlang C where every caller waits, Erlang A where callers give up.

Sources: A. K. Erlang (1917), "Solution of some problems in the theory of probabilities of significance in automatic
telephone exchanges", Elektroteknikeren 13; for Erlang A, C. Palm (1957) and A. Mandelbaum and S. Zeltyn (2004), "The
Palm/Erlang-A queue, with applications to call centers", sections 4.4 to 4.7. Times are in one unit throughout; `load`
is the traffic in erlangs: arrivals a unit of time, times the average handling time.
"""

from collections.abc import Callable
from math import exp, inf, log
from typing import Annotated, NamedTuple

import scipy  # its parts load when they are first used: they take a second
from pydantic import Field

from shared.values import Value

SECONDS_AN_HOUR = 3600


class Standard(Value):
    """The answer time that is promised: `share` of the callers are answered within `seconds`."""

    share: Annotated[float, Field(gt=0, lt=1)] = 0.8
    seconds: Annotated[int, Field(ge=0, le=3600)] = 20


class Queue(NamedTuple):
    """How a queue stands in the long run. `waiting` is the probability of any wait, `mean_wait` over all callers, in
    the unit of the handling time; `lost` the share that gives up."""

    waiting: float
    mean_wait: float
    lost: float


def erlang_b(load: float, servers: int) -> float:
    """The probability that all servers are busy where nobody waits, by the usual recursion."""
    busy = 1.0
    for server in range(1, servers + 1):
        busy = load * busy / (server + load * busy)
    return busy


def erlang_c(load: float, servers: int) -> float:
    """The probability that a caller has to wait; 1 where the servers cannot keep up."""
    if servers <= load:
        return 1.0
    busy = erlang_b(load, servers)
    return servers * busy / (servers - load * (1 - busy))


def patient_queue(load: float, servers: int, handling: float) -> Queue:
    waiting = erlang_c(load, servers)
    return Queue(waiting, waiting * handling / (servers - load) if servers > load else inf, 0.0)


def answered_within(load: float, servers: int, handling: float, wait: float) -> float:
    """The share of callers answered within `wait` where nobody gives up."""
    if servers <= load:
        return 0.0
    return 1 - erlang_c(load, servers) * exp(-(servers - load) * wait / handling)


class Impatience:
    """The building blocks of Mandelbaum and Zeltyn for callers whose patience is exponential with the mean `patience`.

    Everything is divided by the highest value of the integrand, so that an overloaded queue overflows no float.
    """

    def __init__(self, load: float, servers: int, handling: float, patience: float) -> None:
        self._rate, self._full, self._patience = load / handling, servers / handling, patience
        top = patience * log(self._rate / self._full) if self._rate > self._full else 0.0
        self._highest = self._exponent(top)
        self._unit = exp(-self._highest)
        self._blocks = self._unit * _inverse_erlang_b(load, servers - 1)
        self._whole = self._tail(0.0)
        self._all = self._blocks + self._rate * self._whole

    def queue(self) -> Queue:
        lost = max(0.0, (self._unit + (self._rate - self._full) * self._whole) / self._all)
        return Queue(self._rate * self._whole / self._all, lost * self._patience, lost)

    def waits_longer(self, wait: float) -> float:
        """The probability that a caller is in the queue for longer than `wait`."""
        return self._rate * exp(-wait / self._patience) * self._tail(wait) / self._all

    def served_within(self, wait: float) -> float:
        """The share of callers that are answered within `wait`; those who gave up by then were not.

        The offered wait is above 0 with the density `rate * exp(rate * H(v) - full * v)` over the whole, and is met by
        those who have the patience for it.
        """
        soon = self._integral(0.0, min(wait, self._end(0.0)), lambda x: exp(-x / self._patience))
        return min(1.0, (self._blocks + self._rate * soon) / self._all)

    def _exponent(self, x: float) -> float:
        """`rate * H(x) - full * x`, where H is the integral of the share that is still patient."""
        return self._rate * self._patience * (1 - exp(-x / self._patience)) - self._full * x

    def _tail(self, start: float) -> float:
        """J(t), the integral from `start` on."""
        return self._integral(start, self._end(start), lambda _: 1.0)

    def _end(self, start: float) -> float:
        """Where the exponent is 60 below its highest value, and nothing is left that a float would show."""
        end = start + self._patience
        while self._exponent(end) > self._highest - 60:
            end += self._patience
        return end

    def _integral(self, start: float, end: float, factor: Callable[[float], float]) -> float:
        found = scipy.integrate.quad(
            lambda x: factor(x) * exp(self._exponent(x) - self._highest), start, end, limit=500
        )
        return float(found[0])


def advisers_needed(calls_an_hour: float, handling_seconds: float, standard: Standard, patience: float | None) -> int:
    """The fewest advisers that keep the standard; `patience` in seconds, None for callers who never give up."""
    load = calls_an_hour * handling_seconds / SECONDS_AN_HOUR
    if load <= 0:
        return 0

    def kept(servers: int) -> bool:
        if patience is None:
            return answered_within(load, servers, handling_seconds, standard.seconds) >= standard.share
        return Impatience(load, servers, handling_seconds, patience).served_within(standard.seconds) >= standard.share

    low, high = 0, int(load) + 1
    while not kept(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if kept(middle) else (middle, high)
    return high


def _inverse_erlang_b(load: float, servers: int) -> float:
    inverse = 1.0
    for server in range(1, servers + 1):
        inverse = 1 + inverse * server / load
    return inverse
