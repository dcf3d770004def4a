"""The watch: whether the contacts that arrive are still those that were forecast.

A cumulative sum of log-likelihood ratios (E. S. Page (1954), "Continuous inspection schemes", Biometrika 41: 100-115;
on counts, J. M. Lucas (1985), Technometrics 27: 129-144) weighs the forecast against `ratio` times the forecast. Within
a day, the counts of its quarters are Poisson about their expected counts times one Gamma factor for the day, of mean 1
and coefficient of variation `day_noise`; so of a day only the contacts so far `n` and those expected so far `m` matter,
and with k = 1 / day_noise**2 the logarithm of the likelihood ratio is

    n * log(ratio) + (k + n) * log((k + m) / (k + ratio * m)).

The sum begins anew at 0 whenever it falls below it, and is looked at every quarter of an hour. Alarms while the
forecast holds are then at least `false_alarm_days` open days apart on average where the limit is the logarithm of that
number (G. Lorden (1971), Annals of Mathematical Statistics 42: 1897-1908). An excursion is over when the sum of the
opposite ratios, of whole days, has reached the logarithm of `recovery_odds`.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from math import inf, log
from typing import Annotated

from pydantic import Field

from shared.values import Count, Value

SETTLED_DAYS = 2
"""Days after which contacts that a helpline reported late are in: before, few contacts say nothing."""


class Standing(StrEnum):
    """How the contacts stand to their forecast."""

    WITHIN = "within"
    EXCEEDED = "exceeded"
    BELOW = "below"


class WatchRule(Value):
    """How many times the forecast is too many (or too few, one over it), and how sure the watch has to be."""

    ratio: Annotated[float, Field(gt=1, le=20)] = 1.5
    false_alarm_days: Annotated[int, Field(ge=2, le=1_000_000)] = 1_000
    recovery_odds: Annotated[int, Field(ge=2, le=1_000_000)] = 20
    day_noise: Annotated[float, Field(ge=0, le=2)] = 0.15


class WatchedDay(Value):
    """A day's contacts so far, and those expected so far: all of the day's, once it is over. `whole` says that it is
    over, `settled` that late reports are in as well."""

    on: date
    contacts: Count
    expected: Annotated[float, Field(ge=0)]
    whole: bool
    settled: bool


class Verdict(Value):
    """How it stands, `since` the first day of what led to it, with the contacts and the expected ones from then on."""

    standing: Standing
    since: date | None = None
    contacts: Count = 0
    expected: float = 0.0


def evidence(contacts: int, expected: float, ratio: float, noise: float) -> float:
    """The logarithm of the likelihood ratio of one day: above 0 it speaks for `ratio` times the forecast."""
    if not noise:
        return contacts * log(ratio) - expected * (ratio - 1)
    k = noise**-2
    return contacts * log(ratio) + (k + contacts) * log((k + expected) / (k + ratio * expected))


def judge(days: Sequence[WatchedDay], rule: WatchRule) -> Verdict:
    """The verdict over all days so far, in order. The same counts give the same verdict, however they came in."""
    standing, since = Standing.WITHIN, None
    sums = _Sums(rule)
    for day in days:
        sums.add(day)
        if standing is Standing.WITHIN:
            standing, since = sums.alarm()
        elif sums.recovered(standing):
            standing, since = Standing.WITHIN, None
    after = [day for day in days if since is not None and day.on >= since]
    return Verdict(
        standing=standing,
        since=since,
        contacts=sum(day.contacts for day in after),
        expected=round(sum(day.expected for day in after), 1),
    )


class _Sums:
    """The three sums: for more, for fewer, and for the forecast against the one that was believed last."""

    def __init__(self, rule: WatchRule) -> None:
        self._rule = rule
        self._limit = log(rule.false_alarm_days)
        self._above = _Sum()
        self._below = _Sum()
        self._back = _Sum()
        self._last = (inf, inf)

    def add(self, day: WatchedDay) -> None:
        rule = self._rule
        more = evidence(day.contacts, day.expected, rule.ratio, rule.day_noise)
        fewer = evidence(day.contacts, day.expected, 1 / rule.ratio, rule.day_noise)
        self._above.add(more, day.on)
        if day.settled:
            self._below.add(fewer, day.on)
        self._last = (more if day.whole else inf, fewer if day.settled else inf)

    def alarm(self) -> tuple[Standing, date | None]:
        self._back = _Sum()
        if self._above.total >= self._limit:
            return Standing.EXCEEDED, self._above.since
        if self._below.total >= self._limit:
            return Standing.BELOW, self._below.since
        return Standing.WITHIN, None

    def recovered(self, standing: Standing) -> bool:
        """Whether enough whole days speak for the forecast again; then all sums begin anew."""
        against = self._last[0] if standing is Standing.EXCEEDED else self._last[1]
        if against < inf:
            self._back.add(-against, None)
        if self._back.total < log(self._rule.recovery_odds):
            return False
        self._above, self._below, self._back = _Sum(), _Sum(), _Sum()
        return True


class _Sum:
    """A sum that never falls below 0, and the day on which it last left 0."""

    def __init__(self) -> None:
        self.total = 0.0
        self.since: date | None = None

    def add(self, evidence: float, on: date | None) -> None:
        if self.total <= 0:
            self.since = on
        self.total = max(0.0, self.total + evidence)
