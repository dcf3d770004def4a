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

import numpy as np
from scipy import special, stats

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.outlook import Outlook
from services.planner.forecast.responses.days import Matrix
from services.planner.plan.rate import Rate

NORMAL_95 = 1.6448536269514722
"""The 95% point of the standard normal distribution."""
NODES = 48
"""Points of the quadrature over the rate: twice as many change no band by a contact in ten thousand."""
COVERAGE = 0.9


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
    """The bands of one outlook, of all contacts or of the `share` of them that one team takes."""

    def __init__(self, outlook: Outlook, share: float = 1.0, coverage: float = COVERAGE) -> None:
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        self._weights: Matrix = weights / 2
        self._tails = (1 - coverage) / 2
        quantiles = (nodes + 1) / 2
        rates = {arm: quantiles_of(outlook.given.rate(arm), quantiles) for arm in outlook.exposure}
        means = sum(np.outer(rates[arm], share * e) for arm, e in outlook.exposure.items())
        self._counts = DailyCounts(np.asarray(means), outlook.given)

    def by_day(self) -> list[Band]:
        """The band of each day by itself."""
        low, high = (self._quantile(p, self._day, self._counts.days) for p in (self._tails, 1 - self._tails))
        return [Band(int(a), int(b)) for a, b in zip(low, high, strict=True)]

    def of_peak(self) -> Band:
        """The band of the highest day, whichever that is."""
        low, high = (int(self._quantile(p, self._peak, 1)[0]) for p in (self._tails, 1 - self._tails))
        return Band(low, high)

    def beyond(self, limits: Matrix) -> Matrix:
        """The probability, for each day, of more contacts than its limit."""
        return 1 - self._day(limits)

    def _quantile(self, p: float, cdf: Callable[[Matrix], Matrix], size: int) -> Matrix:
        """The smallest counts at which the distribution reaches `p`, by bisection on whole numbers."""
        low = np.full(size, -1.0)
        high = np.full(size, 16.0)
        while (below := cdf(high) < p).any():
            high = np.where(below, high * 2, high)
        while (high - low > 1).any():
            middle = np.floor((low + high) / 2)
            reached = cdf(middle) >= p
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return high

    def _day(self, counts: Matrix) -> Matrix:
        """For each day, the probability of at most so many contacts."""
        return self._weights @ self._counts.at_most(counts)

    def _peak(self, counts: Matrix) -> Matrix:
        each = self._counts.at_most(np.full(self._counts.days, counts[0]))
        return np.array([self._weights @ each.prod(axis=1)])


class DailyCounts:
    """Negative binomial counts about `means`, a row for each rate and a column for each day, with the variance
    `mean * factor + (day_noise * mean) ** 2`; Poisson where nothing is added to the mean."""

    def __init__(self, means: Matrix, given: Assumptions) -> None:
        self._means = means
        repeat = given.redial.repeat
        extra = means * ((1 + repeat) / (1 - repeat) - 1) + (given.day_noise * means) ** 2
        self._is_spread = extra > 0
        self._size: Matrix = np.divide(means**2, extra, out=np.ones_like(means), where=self._is_spread)
        self._success = np.divide(self._size, self._size + means, out=np.ones_like(means), where=means > 0)

    @property
    def days(self) -> int:
        return len(self._means[0])

    def at_most(self, counts: Matrix) -> Matrix:
        """Returns the probabilities of at most so many contacts on each day, for each rate."""
        whole = np.floor(np.maximum(counts, 0))
        found = special.betainc(
            self._size, whole + 1, self._success, where=self._is_spread, out=np.zeros_like(self._means)
        )
        special.pdtr(whole, self._means, where=~self._is_spread, out=found)
        return np.where(counts < 0, 0.0, found)


def quantiles_of(rate: Rate, at: Matrix) -> Matrix:
    shape, inverse_scale = gamma_of(rate)
    if np.isinf(shape):
        return np.full(len(at), rate.central)
    return np.asarray(stats.gamma.ppf(at, shape, scale=1 / inverse_scale))
