"""Effects as they are reported: each kind of estimate, by stratum where planned, with costs and boundaries."""

import numpy as np

from services.planner.evaluation.analysis_plan import Measured, TrialPlan
from services.planner.evaluation.data.units import Flags, Units
from services.planner.evaluation.estimates.arm_means import thin_strata
from services.planner.evaluation.estimates.boundaries import Boundary, boundaries
from services.planner.evaluation.estimates.differences import Difference, t_critical
from services.planner.evaluation.estimates.estimation import (
    Compared,
    Sample,
    adjusted,
    assigned,
    complier,
    heterogeneity,
)
from services.planner.evaluation.result import Cost, Effect, Heterogeneity, Look

PENCE_PER_POUND = 100


def effects_of(plan: TrialPlan, units: Units, measured: Measured, counted: Flags, look: int | None) -> list[Effect]:
    """Returns every planned estimate of one outcome and horizon; none where nobody counts."""
    sample = Sample(plan, units, measured, counted, plan.stratified)
    if not _estimable(sample):
        return []
    found = [_effect(sample, one, "assigned", look) for one in assigned(sample)]
    if plan.adjust_for:
        found += [_effect(sample, one, "adjusted", look) for one in adjusted(sample)]
    if plan.complier_average:
        found += [_effect(sample, one, "complier", look) for one in complier(sample)]
    if plan.by_stratum:
        found += _by_stratum(sample)
    return found


def heterogeneity_of(effects: list[Effect]) -> list[Heterogeneity]:
    """Returns, for each comparison of the primary outcome, whether its effect differs by stratum."""
    by_pair: dict[tuple[str, str], list[Difference]] = {}
    for e in effects:
        if e.stratum is not None and e.role == "primary":
            one = Difference(e.estimate, e.standard_error, e.df, e.p, e.low, e.high)
            by_pair.setdefault((e.arm, e.against), []).append(one)
    tested = [(pair, heterogeneity(strata)) for pair, strata in by_pair.items()]
    return [
        Heterogeneity(arm=arm, against=against, q=test[0], df=test[1], p=test[2])
        for (arm, against), test in tested
        if test is not None
    ]


def looks_of(plan: TrialPlan) -> tuple[Look, ...]:
    return tuple(
        Look(number=number, fraction=b.fraction, z=b.z, nominal=b.nominal) for number, b in enumerate(_bounds(plan), 1)
    )


def _bounds(plan: TrialPlan) -> tuple[Boundary, ...]:
    """Boundaries of one comparison: with several, each has its even part of alpha."""
    if plan.stopping is None:
        return ()
    return boundaries(plan.stopping, plan.alpha / (len(plan.pairs) if plan.correction != "none" else 1))


def _estimable(sample: Sample) -> bool:
    """Whether every arm has two randomised units left in some stratum."""
    if not sample.chosen.any():
        return False
    return not thin_strata(sample.layout).any() and bool((sample.layout.randomised().sum(axis=1) > 1).all())


def _effect(sample: Sample, one: Compared, kind: str, look: int | None, stratum: str | None = None) -> Effect:
    plan, found = sample.plan, one.found
    role = "primary" if sample.measured == plan.primary else "secondary"
    shown = one.p_corrected is not None and one.p_corrected <= plan.alpha
    coverage = 1 - plan.alpha
    if plan.stopping and role == "primary" and stratum is None:
        found, shown, coverage = _at_look(plan, found, look)
    return Effect.model_validate(
        {
            "outcome": sample.measured.outcome,
            "horizon": sample.measured.horizon,
            "role": role,
            "kind": kind,
            "arm": plan.codes[one.arm],
            "against": plan.codes[one.against],
            "stratum": stratum,
            "customers": (one.means[0].units, one.means[1].units),
            "levels": (one.means[0].mean, one.means[1].mean),
            **{name: getattr(found, name) for name in _OF_DIFFERENCE},
            "coverage": coverage,
            "p_corrected": one.p_corrected,
            "shown": shown,
            "cost": _cost(sample, one.arm, found) if kind == "assigned" else None,
        }
    )


_OF_DIFFERENCE = ("estimate", "standard_error", "df", "low", "high", "interval", "p")


def _at_look(plan: TrialPlan, found: Difference, look: int | None) -> tuple[Difference, bool, float]:
    """The repeated confidence interval of this look, and whether its boundary is reached."""
    bounds = _bounds(plan)
    boundary = bounds[(look or len(bounds)) - 1]
    reach = t_critical(boundary.nominal, found.df) * found.standard_error
    estimate = found.estimate
    ranged = Difference(
        estimate, found.standard_error, found.df, found.p, estimate - reach, estimate + reach, "repeated"
    )
    return ranged, found.p is not None and found.p <= boundary.nominal, 1 - plan.alpha


def _cost(sample: Sample, arm: int, found: Difference) -> Cost | None:
    """Pence for each extra response or pound, of what being in the arm costs by the letters that went out."""
    cost, outcome = sample.plan.arms[arm].cost_pence, sample.plan.outcome(sample.measured)
    if cost is None or outcome.better != "higher" or found.estimate <= 0:
        return None
    of_arm = sample.chosen & (sample.units.arm == arm)
    each = cost * float((sample.units.sent[of_arm] >= 0).mean())
    unit = 1 if outcome.measure == "proportion" else PENCE_PER_POUND
    high = each * unit / found.low if found.low > 0 else None
    return Cost(pence=each * unit / found.estimate, low=each * unit / found.high, high=high)


def _by_stratum(sample: Sample) -> list[Effect]:
    """The effects in each stratum by itself; not corrected, so that they explore and do not decide."""
    plan = sample.plan.model_copy(update={"correction": "none"})
    found = []
    for number, stratum in enumerate(sample.units.strata):
        counted = sample.counted & (sample.units.stratum == number)
        within = Sample(plan, sample.units, sample.measured, np.asarray(counted), stratified=False)
        if _estimable(within):
            found += [_effect(within, one, "assigned", None, stratum) for one in assigned(within)]
    return found
