"""Boundaries of planned looks at a trial before its end: group sequential tests with Lan-DeMets spending.

The probability of crossing is integrated from look to look (Armitage, McPherson and Rowe 1969; Jennison and Turnbull
2000, chapter 19), on one side with half of alpha: gsDesign's `test.type = 1`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import e, log, sqrt

import numpy as np
import scipy  # its parts load when they are first used: they take a second, and only trials need them

from services.planner.evaluation.analysis_plan import StoppingRule
from services.planner.evaluation.estimates.arm_means import Floats

NODES = 400
FAR = 9.0
"""Standard deviations beyond which nothing is integrated."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """One look: at the share `fraction` of the information, |z| of at least `z` stops the trial. `spent` is the part of
    the two-sided alpha used up to here, `nominal` the two-sided p-value that `z` stands for."""

    fraction: float
    z: float
    spent: float
    nominal: float


@lru_cache(maxsize=64)
def boundaries(rule: StoppingRule, alpha: float) -> tuple[Boundary, ...]:
    """Returns a boundary for each look; `alpha` is two-sided and for all looks together."""
    walk, spent, found = _Walk(), 0.0, []
    for fraction in rule.looks:
        total = _spending(rule.spending, alpha / 2, fraction)
        z = walk.boundary(fraction, total - spent)
        walk.go_on(fraction, z)
        spent = total
        found.append(Boundary(fraction, z, 2 * spent, float(2 * scipy.stats.norm.sf(z))))
    return tuple(found)


def crossing(rule: Sequence[Boundary], drift: float) -> float:
    """Returns the probability that some look crosses its upper boundary. `drift` is the mean of z at the end."""
    walk, total = _Walk(drift), 0.0
    for look in rule:
        total += walk.beyond(look.fraction, look.z)
        walk.go_on(look.fraction, look.z)
    return total


def inflation(rule: StoppingRule, alpha: float, power: float) -> float:
    """Returns how many times as many customers the looks need, for the same power as one analysis at the end."""
    found = boundaries(rule, alpha)
    fixed = float(scipy.stats.norm.isf(alpha / 2) + scipy.stats.norm.ppf(power))
    drift = scipy.optimize.brentq(lambda d: crossing(found, d) - power, 0.5 * fixed, 3 * fixed, xtol=1e-10)
    return float((drift / fixed) ** 2)


def _spending(kind: str, alpha: float, fraction: float) -> float:
    """The part of the one-sided alpha that may be used by then."""
    if kind == "pocock":
        return alpha * log(1 + (e - 1) * fraction)
    return float(2 * scipy.stats.norm.sf(scipy.stats.norm.isf(alpha / 2) / sqrt(fraction)))


@lru_cache
def _legendre() -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(NODES)


class _Walk:
    """The score process S(t) = z √t: normal increments of variance Δt and mean drift Δt, below past boundaries."""

    def __init__(self, drift: float = 0.0) -> None:
        self._drift = drift
        self._time = 0.0
        self._at: Floats = np.zeros(1)
        self._mass: Floats = np.ones(1)

    def beyond(self, fraction: float, z: float) -> float:
        step = fraction - self._time
        mean = self._at + self._drift * step
        return float(self._mass @ scipy.special.ndtr((mean - z * sqrt(fraction)) / sqrt(step)))

    def boundary(self, fraction: float, spend: float) -> float:
        """The z that is crossed at this look, and at none before, with the probability `spend`; one that nobody crosses
        where next to nothing may be spent, as very early."""
        if self.beyond(fraction, 2 * FAR) >= spend:
            return 2 * FAR
        return float(scipy.optimize.brentq(lambda z: self.beyond(fraction, z) - spend, -2.0, 2 * FAR, xtol=1e-12))

    def go_on(self, fraction: float, z: float) -> None:
        """Moves to this look, without what crossed its boundary."""
        step = fraction - self._time
        low = self._drift * fraction - FAR * sqrt(fraction)
        high = min(z * sqrt(fraction), self._drift * fraction + FAR * sqrt(fraction))
        points, weights = _legendre()
        at = low + (points + 1) * (high - low) / 2
        moved = at[:, None] - self._at[None, :] - self._drift * step
        density = np.exp(-(moved**2) / (2 * step)) / sqrt(2 * np.pi * step)
        self._mass = (density @ self._mass) * weights * (high - low) / 2
        self._at, self._time = at, fraction
