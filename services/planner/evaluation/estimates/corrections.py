"""p-values of several comparisons, corrected together as the plan says."""

from collections.abc import Sequence
from functools import lru_cache
from math import inf, sqrt

import numpy as np
import scipy  # its parts load when they are first used: they take a second, and only trials need them

from services.planner.evaluation.analysis_plan import Correction
from services.planner.evaluation.estimates.arm_means import Floats

NODES = 64
LARGEST_LOADING = 1 - 1e-9
NORMAL_FROM = 5_000.0
"""Degrees of freedom from which Student's t is taken as normal."""


def corrected(p: Sequence[float | None], correction: Correction) -> list[float | None]:
    """Returns the p-values corrected by Holm or Benjamini and Hochberg; a comparison that cannot be tested takes none
    of the error, and `none` leaves all as they are."""
    tested = np.array([value for value in p if value is not None])
    if correction not in ("holm", "benjamini-hochberg") or not tested.size:
        return list(p)
    adjusted = iter(_holm(tested) if correction == "holm" else scipy.stats.false_discovery_control(tested))
    return [None if value is None else float(next(adjusted)) for value in p]


def _holm(p: Floats) -> Floats:
    """Holm 1979: the smallest p-value times their number, the next times one less, none smaller than one before it.
    (multipletests of statsmodels says the same, and collects garbage each time, which takes longer than the trial.)"""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)))
    return adjusted


def dunnett_p(statistic: float, loadings: Sequence[float], df: float) -> float:
    """Returns the probability that the largest of several comparisons with one control exceeds `statistic` in size.

    `loadings` are λ of the one-factor correlation λᵢλⱼ (Dunnett 1955): λᵢ² is the control's part of the variance of
    comparison i. `df` may be infinite.
    """
    points, weights = _chi(df) if df <= NORMAL_FROM else (np.ones(1), np.ones(1))
    return 1 - float(weights @ _within(statistic * points, loadings))


def dunnett_critical(alpha: float, loadings: Sequence[float], df: float = inf) -> float:
    """Returns the statistic that the largest of the comparisons exceeds with the probability `alpha`: between that of
    one comparison and Bonferroni's."""
    one, all_apart = (_t_critical(alpha / n, df) for n in (1, len(loadings)))
    low, high = 0.999 * one, 1.001 * all_apart
    return float(scipy.optimize.brentq(lambda c: dunnett_p(c, loadings, df) - alpha, low, high, xtol=1e-9))


def _t_critical(alpha: float, df: float) -> float:
    if df > NORMAL_FROM:
        return float(scipy.special.ndtri(1 - alpha / 2))
    return float(-scipy.special.stdtrit(df, alpha / 2))


def loading(control_variance: float, arm_variance: float) -> float:
    """Returns λ of one comparison; just below 1 where the arm has no variance, 0 where neither has."""
    both = control_variance + arm_variance
    return min(sqrt(control_variance / both), LARGEST_LOADING) if both > 0 else 0.0


def _within(limits: Floats, loadings: Sequence[float]) -> Floats:
    """The probability, for each limit, that all normal comparisons lie within ± it, by Gauss-Hermite quadrature."""
    factor, weights = _hermite()
    inside = np.ones((limits.size, factor.size))
    for load in loadings:
        rest = sqrt(1 - load**2)
        shift = load * factor / rest
        reach = limits[:, None] / rest
        inside *= scipy.special.ndtr(reach - shift) - scipy.special.ndtr(-reach - shift)
    return np.asarray(inside @ weights)


@lru_cache
def _hermite() -> tuple[Floats, Floats]:
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return points, weights / weights.sum()


@lru_cache(maxsize=64)
def _chi(df: float) -> tuple[Floats, Floats]:
    """Points and weights of the distribution of s/σ, which is √(χ²/df)."""
    points, weights = np.polynomial.legendre.leggauss(NODES)
    low, high = (sqrt(scipy.stats.chi2.ppf(q, df) / df) for q in (1e-14, 1 - 1e-14))
    at = low + (points + 1) * (high - low) / 2
    density = scipy.stats.chi2.pdf(at**2 * df, df) * 2 * at * df
    return at, weights * density * (high - low) / 2
