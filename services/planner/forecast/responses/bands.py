"""Bands about a forecast: what the uncertainty of the contact rate and the noise of the days do together.

The rate of every arm is Gamma distributed with the mean `central` and the standard deviation that puts `low` and `high`
two times 1.645 of it apart (5% and 95% of a normal distribution); one quantile holds for all arms, as one error of
judgement would. Given the rates, a day's contacts are negative binomial: Poisson about a mean that is multiplied by a
Gamma factor of mean 1 for the day (Greenwood and Yule 1920, Journal of the Royal Statistical Society 83: 255-279), and
every contact makes a geometric number of attempts; days are independent. The distribution of a day, and of the highest
day of all, is the mixture of these over the quantiles of the rate, summed by Gauss-Legendre quadrature.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy  # its parts load when they are first used: they take a second

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.outlook import Outlook
from services.planner.forecast.responses.days import Matrix
from services.planner.plan.rate import Rate

NORMAL_95 = 1.6448536269514722
"""The 95% point of the standard normal distribution."""
NODES = 48
"""Points of the quadrature over the rate: twice as many change no band by a contact in ten thousand."""
COVERAGE = 0.9
GUESS_WITHIN = 4
"""The part of a deviation within which the quantile of a normal distribution is nearly always right."""
HALVED_EVERY = 3


@dataclass(frozen=True)
class Band:
    """The counts between which something lies with the probability claimed, at least."""

    low: int
    high: int


def gamma_of(rate: Rate) -> tuple[float, float]:
    """The shape and the rate parameter of the Gamma distribution of a contact rate; shape infinite if it is certain."""
    sd = (rate.high - rate.low) / (2 * NORMAL_95)
    if not sd or not rate.central:
        return float("inf"), float("inf")
    return (rate.central / sd) ** 2, rate.central / sd**2


class Bands:
    """The bands of one outlook, of all contacts or of the `share` of them that one team takes. Days on which nobody is
    expected are left out of what is worked out."""

    def __init__(self, outlook: Outlook, share: float = 1.0, coverage: float = COVERAGE) -> None:
        quantiles, self._weights = quadrature()
        self._tails = (1 - coverage) / 2
        rates = {arm: quantiles_of(outlook.given.rate(arm), quantiles) for arm in outlook.exposure}
        means = np.asarray(sum(np.outer(rates[arm], share * e) for arm, e in outlook.exposure.items()))
        self._busy = means.any(axis=0)
        self._counts = DailyCounts(means[:, self._busy], outlook.given)
        self._mean, self._deviation = self._counts.moments(self._weights)

    def by_day(self) -> list[Band]:
        """The band of each day by itself."""
        low, high = np.zeros(self._busy.size), np.zeros(self._busy.size)
        low[self._busy], high[self._busy] = (self._of_days(p) for p in (self._tails, 1 - self._tails))
        return [Band(int(a), int(b)) for a, b in zip(low, high, strict=True)]

    def of_peak(self) -> Band:
        """The band of the highest day, whichever that is."""
        low, high = (int(self._of_peak(p)[0]) for p in (self._tails, 1 - self._tails))
        return Band(low, high)

    def beyond(self, limits: Matrix) -> Matrix:
        """The probability, for each day, of more contacts than its limit."""
        found = np.zeros(self._busy.size)
        found[self._busy] = 1 - self._day(limits[self._busy])
        return found

    def _of_days(self, p: float) -> Matrix:
        return quantile(p, self._day, self._mean + scipy.special.ndtri(p) * self._deviation, self._deviation)

    def _of_peak(self, p: float) -> Matrix:
        day = self._mean.argmax() if self._mean.size else None
        mean, deviation = (0.0, 1.0) if day is None else (self._mean[day], self._deviation[day])
        return quantile(p, self._peak, np.array([mean + scipy.special.ndtri(p) * deviation]), np.array([deviation]))

    def _day(self, counts: Matrix) -> Matrix:
        """For each day, the probability of at most so many contacts."""
        return np.asarray(self._weights @ self._counts.at_most(counts))

    def _peak(self, counts: Matrix) -> Matrix:
        each = self._counts.at_most(np.full(self._counts.days, counts[0]))
        return np.array([self._weights @ each.prod(axis=1)])


@cache
def quadrature() -> tuple[Matrix, Matrix]:
    """Returns the quantiles of the rate at which days are looked at, and their weights; the sum of these is 1."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (nodes + 1) / 2, weights / 2


def quantile(p: float, cdf: Callable[[Matrix], Matrix], guess: Matrix, deviation: Matrix) -> Matrix:
    """The smallest whole numbers from 0 at which a distribution reaches `p`. From a guess that is off by a part of the
    deviation, steps double until both sides are known; then the line between them is followed, and halved now and then.
    """
    step = np.maximum(1.0, np.ceil(deviation / GUESS_WITHIN))
    low, high = np.maximum(-1.0, np.floor(guess - step)), np.maximum(0.0, np.ceil(guess + step))
    below, reached = cdf(low), cdf(high)
    while (short := reached < p).any():
        step = np.where(short, 2 * step, step)
        low, below, high = (
            np.where(short, high, low),
            np.where(short, reached, below),
            np.where(short, high + step, high),
        )
        reached = cdf(high)
    while (beyond := below >= p).any():
        step = np.where(beyond, 2 * step, step)
        high, reached = np.where(beyond, low, high), np.where(beyond, below, reached)
        low = np.where(beyond, np.maximum(-1.0, low - step), low)
        below = cdf(low)
    return _between(p, cdf, (low, below), (high, reached))


def _between(
    p: float, cdf: Callable[[Matrix], Matrix], short: tuple[Matrix, Matrix], enough: tuple[Matrix, Matrix]
) -> Matrix:
    """The smallest whole numbers between counts that are too few and counts that reach `p`, each with its value."""
    (low, below), (high, reached) = short, enough
    turn = 0
    while (high - low > 1).any():
        turn += 1
        part = (p - below) / (reached - below) if turn % HALVED_EVERY else 0.5
        middle = np.clip(np.floor(low + part * (high - low)), low + 1, np.maximum(low, high - 1))
        value = cdf(middle)
        is_enough = (value >= p) & (high - low > 1)
        is_short = (value < p) & (high - low > 1)
        low, below = np.where(is_short, middle, low), np.where(is_short, value, below)
        high, reached = np.where(is_enough, middle, high), np.where(is_enough, value, reached)
    return high


class DailyCounts:
    """Negative binomial counts about `means`, a row for each rate and a column for each day, with the variance
    `mean * factor + (day_noise * mean) ** 2`; Poisson where nothing is added to the mean."""

    def __init__(self, means: Matrix, given: Assumptions) -> None:
        self._means = means
        repeat = given.redial.repeat
        extra = means * ((1 + repeat) / (1 - repeat) - 1) + (given.day_noise * means) ** 2
        self._variance = means + extra
        self._is_spread = extra > 0
        self._size: Matrix = np.divide(means**2, extra, out=np.ones_like(means), where=self._is_spread)
        self._success = np.divide(self._size, self._size + means, out=np.ones_like(means), where=means > 0)

    @property
    def days(self) -> int:
        return int(self._means.shape[1])

    def moments(self, weights: Matrix) -> tuple[Matrix, Matrix]:
        """Returns mean and standard deviation of each day, the rates taken together with these weights."""
        mean = weights @ self._means
        return mean, np.sqrt(np.maximum(0.0, weights @ (self._variance + self._means**2) - mean**2))

    def at_most(self, counts: Matrix) -> Matrix:
        """Returns the probabilities of at most so many contacts on each day, for each rate."""
        whole = np.floor(np.maximum(counts, 0))
        found = scipy.special.betainc(
            self._size, whole + 1, self._success, where=self._is_spread, out=np.zeros_like(self._means)
        )
        scipy.special.pdtr(whole, self._means, where=~self._is_spread, out=found)
        return np.where(counts < 0, 0.0, found)


def quantiles_of(rate: Rate, at: Matrix) -> Matrix:
    shape, inverse_scale = gamma_of(rate)
    if np.isinf(shape):
        return np.full(len(at), rate.central)
    return np.asarray(scipy.stats.gamma.ppf(at, shape, scale=1 / inverse_scale))
