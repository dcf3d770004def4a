"""Effects worked out from a printed table: arm sizes with how many did it, or with a mean and a standard deviation."""

from collections.abc import Sequence

from services.planner.evaluation.analysis_plan import Correction
from services.planner.evaluation.arm_means import ArmMean
from services.planner.evaluation.corrections import corrected, dunnett_critical, dunnett_p, loading
from services.planner.evaluation.differences import Difference, at_level, difference, newcombe, stars
from shared.errors import Invalid, Problem
from shared.values import Value


class PrintedArm(Value):
    """One arm as printed. `did` is how many of `customers` did it; an amount has a `mean` and a `deviation` instead."""

    arm: str
    customers: int
    did: int | None = None
    mean: float | None = None
    deviation: float | None = None


class PrintedEffect(Value):
    """An arm against the first one, customers randomised one by one, without strata."""

    arm: str
    against: str
    estimate: float
    standard_error: float
    low: float
    high: float
    p: float | None
    p_corrected: float | None
    stars: str


def printed_effects(
    arms: Sequence[PrintedArm], alpha: float = 0.05, correction: Correction = "none"
) -> list[PrintedEffect]:
    """Returns the effect of each arm against the first. Raises `Invalid` where a row cannot be an arm."""
    problems = [problem for index, arm in enumerate(arms) for problem in _problems(index, arm)]
    if len(arms) <= 1:
        problems.append(
            Problem("arms", "two", "a trial compares at least two arms: the control first, then the others")
        )
    if problems:
        raise Invalid("the table is not that of a trial", *problems)
    means = [_mean(arm) for arm in arms]
    found = [difference(mean, means[0], alpha) for mean in means[1:]]
    shown = [_interval(arms[0], arm, one, alpha) for arm, one in zip(arms[1:], found, strict=True)]
    p = corrected([one.p for one in found], correction)
    if correction == "dunnett":
        loads = [loading(means[0].variance, mean.variance) for mean in means[1:]]
        df = min(one.df for one in found)
        p = [None if one.p is None else dunnett_p(abs(one.estimate) / one.standard_error, loads, df) for one in found]
        shown = [at_level(one, dunnett_critical(alpha, loads, df)) for one in found]
    return [
        PrintedEffect(
            arm=arm.arm,
            against=arms[0].arm,
            estimate=one.estimate,
            standard_error=one.standard_error,
            low=one.low,
            high=one.high,
            p=one.p,
            p_corrected=value,
            stars=stars(one.p),
        )
        for arm, one, value in zip(arms[1:], shown, p, strict=True)
    ]


def _mean(arm: PrintedArm) -> ArmMean:
    n = arm.customers
    if arm.did is not None:
        share = arm.did / n
        spread, mean = share * (1 - share) * n / (n - 1), share
    else:
        spread, mean = (arm.deviation or 0.0) ** 2, arm.mean or 0.0
    return ArmMean(mean, spread / n, 1 / n, 1 / (n**2 * (n - 1)), n, n)


def _interval(control: PrintedArm, arm: PrintedArm, found: Difference, alpha: float) -> Difference:
    if arm.did is None or control.did is None:
        return found
    return newcombe(found, (arm.did, control.did), (arm.customers, control.customers), alpha)


def _problems(index: int, arm: PrintedArm) -> list[Problem]:
    place = f"arms.{index}"
    if arm.customers <= 1:
        return [Problem(f"{place}.customers", "two", f"arm {arm.arm} needs at least two customers")]
    if arm.did is not None:
        possible = 0 <= arm.did <= arm.customers
        return [] if possible else [Problem(f"{place}.did", "possible", f"between 0 and {arm.customers}")]
    if arm.mean is None or arm.deviation is None or arm.deviation < 0:
        return [Problem(place, "figures", f"arm {arm.arm} needs `did`, or `mean` and `deviation`")]
    return []
