"""One outcome at one horizon, estimated for every comparison that the plan names."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy  # its parts load when they are first used: they take a second, and only trials need them

from services.planner.evaluation.analysis_plan import Measured, TrialPlan
from services.planner.evaluation.data.outcome_log import winsorised
from services.planner.evaluation.data.units import NOBODY, Flags, Units
from services.planner.evaluation.estimates.arm_means import (
    ArmMean,
    Floats,
    Layout,
    arm_means,
    first_of_clusters,
    thin_strata,
)
from services.planner.evaluation.estimates.corrections import corrected, dunnett_critical, dunnett_p, loading
from services.planner.evaluation.estimates.differences import Difference, at_level, difference, newcombe, of_estimate
from services.planner.evaluation.estimates.regression import adjusted_means

WEAK = 0.01
"""The difference in the share reached below which no effect on those reached is worked out."""


@dataclass(frozen=True)
class Compared:
    """One comparison: `p_corrected` is corrected together with the others of the same outcome and horizon."""

    arm: int
    against: int
    found: Difference
    means: tuple[ArmMean, ArmMean]
    p_corrected: float | None


@dataclass(frozen=True)
class Sample:
    """The customers who count for one outcome and horizon: `y` is their outcome, winsorised where that was planned."""

    plan: TrialPlan
    units: Units
    measured: Measured
    counted: Flags
    stratified: bool

    @cached_property
    def chosen(self) -> Flags:
        """Returns the customers who count, without strata in which some arm has fewer than two randomised units."""
        layout = self.units.layout(len(self.plan.arms), self.stratified)
        thin = thin_strata(layout.only(self.counted))
        return self.counted & ~thin[layout.stratum]

    @cached_property
    def layout(self) -> Layout:
        return self.units.layout(len(self.plan.arms), self.stratified).only(self.chosen)

    @cached_property
    def y(self) -> Floats:
        values = self.units.outcomes[self.measured.column][self.chosen]
        quantile = self.plan.outcome(self.measured).winsorise
        return winsorised(values, quantile) if quantile and values.size else values


def assigned(sample: Sample) -> list[Compared]:
    """Returns the effects by assignment: what being in an arm does, whether or not a letter came."""
    compared = _compared(sample, _means(sample, sample.y))
    simple = sample.layout.cluster is None and sample.layout.strata == 1 and sample.plan.correction != "dunnett"
    if simple and sample.plan.outcome(sample.measured).measure == "proportion":
        return [_scored(one, sample.plan.alpha) for one in compared]
    return compared


def adjusted(sample: Sample) -> list[Compared]:
    """Returns the effects by assignment, adjusted for the planned covariates."""
    columns = np.column_stack([sample.units.covariates[name][sample.chosen] for name in sample.plan.adjust_for])
    return _compared(sample, adjusted_means(sample.y, sample.layout, columns))


def complier(sample: Sample) -> list[Compared]:
    """Returns the effects on customers whom the letter reaches, against control: the effect by assignment over the
    difference in the share reached, with the variance of two-stage least squares."""
    reached = (sample.units.reached & (sample.units.sent != NOBODY))[sample.chosen].astype(np.float64)
    outcome_means, reached_means = _means(sample, sample.y), _means(sample, reached)
    found = []
    for arm, against in sample.plan.pairs:
        uptake = reached_means[arm].mean - reached_means[against].mean
        if not sample.plan.arms[against].control or abs(uptake) < WEAK:
            continue
        effect = (outcome_means[arm].mean - outcome_means[against].mean) / uptake
        rest = _means(sample, sample.y - effect * reached)
        df = difference(rest[arm], rest[against], sample.plan.alpha).df
        variance = (rest[arm].variance + rest[against].variance) / uptake**2
        one = of_estimate(effect, variance, df, sample.plan.alpha)
        found.append(Compared(arm, against, one, (outcome_means[arm], outcome_means[against]), one.p))
    return found


def heterogeneity(effects: list[Difference]) -> tuple[float, int, float] | None:
    """Returns Cochran's Q over the strata's effects, its degrees of freedom and p-value; None for fewer than two."""
    usable = [effect for effect in effects if effect.standard_error > 0]
    if len(usable) <= 1:
        return None
    weights = np.array([1 / effect.standard_error**2 for effect in usable])
    estimates = np.array([effect.estimate for effect in usable])
    q = float(weights @ (estimates - weights @ estimates / weights.sum()) ** 2)
    return q, len(usable) - 1, float(scipy.stats.chi2.sf(q, len(usable) - 1))


def _compared(sample: Sample, means: list[ArmMean]) -> list[Compared]:
    plan = sample.plan
    found = [difference(means[arm], means[against], plan.alpha) for arm, against in plan.pairs]
    if plan.correction == "dunnett" and len(found) > 1:
        return _dunnett(plan, means, found)
    p = corrected([one.p for one in found], plan.correction)
    return [
        Compared(arm, against, one, (means[arm], means[against]), value)
        for (arm, against), one, value in zip(plan.pairs, found, p, strict=True)
    ]


def _dunnett(plan: TrialPlan, means: list[ArmMean], found: list[Difference]) -> list[Compared]:
    """Simultaneous intervals and p-values. The degrees of freedom are the fewest of the comparisons."""
    testable = [one for one in found if one.p is not None]
    if not testable:
        return [Compared(*pair, one, _pair(means, pair), None) for pair, one in zip(plan.pairs, found, strict=True)]
    loads = [loading(means[against].variance, means[arm].variance) for arm, against in plan.pairs]
    df = min(one.df for one in testable)
    critical = dunnett_critical(plan.alpha, loads, df)
    compared = []
    for (arm, against), one in zip(plan.pairs, found, strict=True):
        p = None if one.p is None else dunnett_p(abs(one.estimate) / one.standard_error, loads, df)
        simultaneous = replace(at_level(one, critical), interval="dunnett")
        compared.append(Compared(arm, against, simultaneous, (means[arm], means[against]), p))
    return compared


def _pair(means: list[ArmMean], pair: tuple[int, int]) -> tuple[ArmMean, ArmMean]:
    return means[pair[0]], means[pair[1]]


def _means(sample: Sample, outcome: Floats) -> list[ArmMean]:
    """Arm means by the closed form; by regression on the strata where a cluster lies in several of them."""
    layout = sample.layout
    if (
        layout.cluster is not None
        and (first_of_clusters(layout.stratum, layout.cluster)[layout.cluster] != layout.stratum).any()
    ):
        return adjusted_means(outcome, layout, np.zeros((outcome.size, 0)))
    return arm_means(outcome, layout)


def _scored(one: Compared, alpha: float) -> Compared:
    arm, against = one.means
    did = (round(arm.mean * arm.units), round(against.mean * against.units))
    return replace(one, found=newcombe(one.found, did, (arm.units, against.units), alpha))
