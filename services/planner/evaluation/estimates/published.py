"""Effects worked out from a printed table: sizes of arms, or of clusters, with how many did it or with a mean."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import Field

from services.planner.evaluation.analysis_plan import Correction
from services.planner.evaluation.estimates.arm_means import ArmMean, Layout, arm_means
from services.planner.evaluation.estimates.corrections import corrected, dunnett_critical, dunnett_p, loading
from services.planner.evaluation.estimates.differences import Difference, at_level, difference, newcombe, stars
from services.planner.evaluation.estimates.printed_rules import printed_problems
from shared.errors import Invalid
from shared.values import Count, Value

Figure = Annotated[float, Field(ge=-1e12, le=1e12)]


class PrintedArm(Value):
    """One arm as printed, or one `cluster` of it. `did` is how many of `customers` did it, or `percent`
    their share as printed; an amount has a `mean` instead, and the `deviation` of its customers where they were
    randomised one by one."""

    arm: Annotated[str, Field(min_length=1, max_length=200)]
    customers: Count
    cluster: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    did: Count | None = None
    percent: Annotated[float, Field(ge=0, le=100)] | None = None
    mean: Figure | None = None
    deviation: Figure | None = None

    @property
    def level(self) -> float:
        return self.mean or 0.0 if self.doing is None else self.doing / self.customers

    @property
    def doing(self) -> int | None:
        """How many did it: of a printed share, the number that comes nearest to it."""
        return self.did if self.percent is None else round(self.customers * self.percent / 100)


class PrintedEffect(Value):
    """An arm against the first one, without strata."""

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
    rows: Sequence[PrintedArm], alpha: float = 0.05, correction: Correction = "none"
) -> list[PrintedEffect]:
    """Returns the effect of each arm against the first. Raises `Invalid` where a row cannot be an arm or a cluster."""
    problems = printed_problems(rows)
    if problems:
        raise Invalid("the table is not that of a trial", *problems)
    names = list(dict.fromkeys(row.arm for row in rows))
    clustered = rows[0].cluster is not None
    means = _cluster_means(rows, names) if clustered else [_mean(row) for row in rows]
    found = [difference(mean, means[0], alpha) for mean in means[1:]]
    shown = (
        found if clustered else [_interval(rows[0], row, one, alpha) for row, one in zip(rows[1:], found, strict=True)]
    )
    p = corrected([one.p for one in found], correction)
    if correction == "dunnett":
        shown, p = _dunnett(means, found, alpha)
    return [_effect(names[0], *one) for one in zip(names[1:], shown, p, strict=True)]


def _effect(against: str, arm: str, found: Difference, p_corrected: float | None) -> PrintedEffect:
    return PrintedEffect(
        arm=arm,
        against=against,
        estimate=found.estimate,
        standard_error=found.standard_error,
        low=found.low,
        high=found.high,
        p=found.p,
        p_corrected=p_corrected,
        stars=stars(found.p),
    )


def _dunnett(
    means: Sequence[ArmMean], found: Sequence[Difference], alpha: float
) -> tuple[list[Difference], list[float | None]]:
    loads = [loading(means[0].variance, mean.variance) for mean in means[1:]]
    df = min(one.df for one in found)
    critical = dunnett_critical(alpha, loads, df)
    p = [None if one.p is None else dunnett_p(abs(one.estimate) / one.standard_error, loads, df) for one in found]
    return [replace(at_level(one, critical), interval="dunnett") for one in found], p


def _mean(arm: PrintedArm) -> ArmMean:
    n = arm.customers
    spread = (arm.deviation or 0.0) ** 2 if arm.doing is None else arm.level * (1 - arm.level) * n / (n - 1)
    return ArmMean(arm.level, spread / n, 1 / n, 1 / (n**2 * (n - 1)), n, n)


def _cluster_means(rows: Sequence[PrintedArm], names: Sequence[str]) -> list[ArmMean]:
    """CR2 rests on the clusters' totals alone, so that every customer may stand at the level of their cluster."""
    sizes = np.array([row.customers for row in rows])
    arm = np.repeat([names.index(row.arm) for row in rows], sizes)
    cluster = np.repeat(np.arange(len(rows)), sizes)
    level = np.repeat([row.level for row in rows], sizes)
    return arm_means(level, Layout(arm, np.zeros_like(arm), cluster, len(names), 1))


def _interval(control: PrintedArm, arm: PrintedArm, found: Difference, alpha: float) -> Difference:
    if arm.doing is None or control.doing is None:
        return found
    return newcombe(found, (arm.doing, control.doing), (arm.customers, control.customers), alpha)
