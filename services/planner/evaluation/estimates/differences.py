"""The difference of an outcome between two arms: its standard error, interval and p-value."""

from dataclasses import dataclass, replace
from math import isfinite, sqrt

import scipy
from statsmodels.stats.proportion import confint_proportions_2indep

from services.planner.evaluation.estimates.arm_means import ArmMean


@dataclass(frozen=True, slots=True)
class Difference:
    """`p` is two-sided and uncorrected; None where the outcome does not vary, so that nothing can be tested.
    `low` and `high` bound the interval of the coverage that was asked for."""

    estimate: float
    standard_error: float
    df: float
    p: float | None
    low: float
    high: float
    interval: str = "t"


def difference(arm: ArmMean, against: ArmMean, alpha: float) -> Difference:
    """Returns `arm` minus `against`, with an interval of 1 - `alpha` by Student's t with Satterthwaite's degrees."""
    estimate = arm.mean - against.mean
    variance = arm.variance + against.variance
    df = (arm.trace + against.trace) ** 2 / (arm.squares + against.squares)
    return of_estimate(estimate, variance, df, alpha)


def of_estimate(estimate: float, variance: float, df: float, alpha: float) -> Difference:
    error = sqrt(max(variance, 0.0))
    if error <= abs(estimate) * 1e-12:
        return Difference(estimate, 0.0, df, None, estimate, estimate, "none")
    p = float(2 * scipy.special.stdtr(df, -abs(estimate) / error))
    return at_level(Difference(estimate, error, df, p, estimate, estimate), t_critical(alpha, df))


def t_critical(alpha: float, df: float) -> float:
    """Returns the size that Student's t exceeds with the probability `alpha`."""
    return float(-scipy.special.stdtrit(df, alpha / 2))


def at_level(found: Difference, critical: float) -> Difference:
    """Returns the same difference with an interval of `critical` standard errors to each side."""
    reach = critical * found.standard_error
    return replace(found, low=found.estimate - reach, high=found.estimate + reach)


def newcombe(found: Difference, did: tuple[int, int], of: tuple[int, int], alpha: float) -> Difference:
    """Returns the same difference of two independent proportions with the hybrid score interval (Newcombe 1998,
    method 10). `did` and `of` are the numbers of the arm and of the one it is compared with."""
    low, high = confint_proportions_2indep(
        did[0], of[0], did[1], of[1], method="newcomb", compare="diff", alpha=alpha, correction=False
    )
    between = did[0] / of[0] - did[1] / of[1]
    # rounding may leave an end outside of what a difference can be, or on the wrong side of it
    low, high = max(-1.0, min(float(low), between)), min(1.0, max(float(high), between))
    return replace(found, low=low, high=high, interval="newcombe")


def stars(p: float | None) -> str:
    """Returns the economists' marks: *** below 0.01, ** below 0.05, * below 0.1, else `ns`."""
    if p is None or not isfinite(p):
        return "ns"
    marks = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
    return next((mark for below, mark in marks if p < below), "ns")
