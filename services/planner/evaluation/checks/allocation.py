"""Checks of the randomisation: whether as many are in each arm as were to be, and alike."""

import numpy as np
import scipy  # its parts load when they are first used: they take a second, and only trials need them

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.data.units import Units
from services.planner.evaluation.estimates.arm_means import Floats, Integers, Layout, first_of_clusters
from services.planner.evaluation.report import wording
from services.planner.evaluation.result import Check
from shared.wording import words_of

FAILS_BELOW = 0.001
"""A p-value below this cannot be chance."""
EXACT_BELOW = 5
"""Expected counts below which the chi-square distribution is no good."""
UNLIKE = 0.1
"""Standard deviations by which the means of a covariate may differ between arms."""


def sample_ratio(plan: TrialPlan, layout: Layout, strata: tuple[str, ...]) -> Check:
    """Compares the numbers in the arms with the planned shares, by stratum where shares differ by stratum."""
    counts = layout.randomised()
    shares = _shares(plan, strata if layout.strata == len(strata) else ("all",))
    expected = counts.sum(axis=0) * shares
    p = _mismatch(counts, expected, shares)
    said = ", ".join(
        f"{words_of(code)} {int(found):,} of {planned:,.0f}"
        for code, found, planned in zip(plan.codes, counts.sum(axis=1), expected.sum(axis=1), strict=True)
    )
    if p < FAILS_BELOW:
        reason = "The arms do not have the sizes that were planned, and that is no chance"
        return Check(code="sample-ratio", verdict="fails", says=f"{reason} (p {wording.p_value(p)}): {said}.")
    return Check(code="sample-ratio", verdict="passes", says=f"The arms have the planned sizes: {said}.")


def balance(plan: TrialPlan, units: Units, layout: Layout) -> list[Check]:
    """Compares the strata, and the means of the planned covariates, between arms."""
    checks = []
    if len(units.strata) > 1 and not plan.shares_by_stratum:
        cell = units.arm * len(units.strata) + units.stratum
        if layout.cluster is not None:
            cell = first_of_clusters(cell, layout.cluster)
        table = np.bincount(cell, minlength=len(plan.arms) * len(units.strata)).reshape(len(plan.arms), -1)
        checks.append(_strata_alike(table[:, table.sum(axis=0) > 0]))
    checks += [_covariate_alike(name, values, units.arm, plan) for name, values in units.covariates.items()]
    return checks


def _strata_alike(table: Integers) -> Check:
    if table.shape[1] <= 1:
        return Check(code="balance-strata", verdict="passes", says="All customers are in one stratum.")
    p = float(scipy.stats.chi2_contingency(table, correction=False).pvalue)
    if p < FAILS_BELOW:
        says = f"The arms differ in their strata, and that is no chance (p {wording.p_value(p)})."
        return Check(code="balance-strata", verdict="fails", says=says)
    return Check(code="balance-strata", verdict="passes", says="The strata are spread alike over the arms.")


def _covariate_alike(name: str, values: Floats, arm: Integers, plan: TrialPlan) -> Check:
    spread = float(values.std())
    sizes = np.bincount(arm, minlength=len(plan.arms))
    means = np.bincount(arm, values, minlength=len(plan.arms)) / np.maximum(sizes, 1)
    gap = float(means.max() - means.min()) / spread if spread > 0 else 0.0
    chance = 4 * float(np.sqrt(1 / max(int(sizes.min()), 1)))
    code = f"balance-{name.replace('_', '-')}"
    if gap > max(UNLIKE, chance):
        return Check(code=code, verdict="warns", says=f"The arms differ in {name} by {gap:.2f} standard deviations.")
    return Check(code=code, verdict="passes", says=f"The arms are alike in {name}.")


def _shares(plan: TrialPlan, strata: tuple[str, ...]) -> Floats:
    """Planned shares; shape (arms, strata), columns adding up to 1."""
    usual = {arm.code: arm.share for arm in plan.arms}
    rows = [[float(plan.shares_by_stratum.get(s, usual).get(code, 0)) for s in strata] for code in plan.codes]
    shares = np.array(rows)
    return np.asarray(shares / shares.sum(axis=0))


def _mismatch(counts: Integers, expected: Floats, shares: Floats) -> float:
    """The p-value: chi-square over all strata, or exact binomial tests of each arm (Bonferroni) for small numbers."""
    filled = counts.sum(axis=0) > 0
    counts, expected, shares = counts[:, filled], expected[:, filled], shares[:, filled]
    if (counts[expected == 0] > 0).any():
        return 0.0
    possible = expected > 0
    if (expected[possible] >= EXACT_BELOW).all():
        statistic = float(((counts - expected)[possible] ** 2 / expected[possible]).sum())
        return float(scipy.stats.chi2.sf(statistic, int(possible.sum()) - counts.shape[1]))
    found, share = counts.sum(axis=1), expected.sum(axis=1) / expected.sum()
    exact = [
        float(scipy.stats.binomtest(int(k), int(found.sum()), float(s)).pvalue)
        for k, s in zip(found, share, strict=True)
    ]
    return min(1.0, len(exact) * min(exact))
