"""Everybody who was randomised, as columns: one row for each customer, controls and unreached ones among them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.estimates.arm_means import Floats, Integers, Layout, first_of_clusters
from shared.errors import Invalid, Problem

Flags = NDArray[np.bool_]
NOBODY = -1
SHOWN = 3
"""Examples named in an error."""


@dataclass(frozen=True)
class Units:
    """`arm` and `sent` number the plan's arms: assigned to, and whose letter went out (-1 for none). `started` is the
    day of randomisation, counted from 1970-01-01; horizons run from it in every arm. `reached`: a letter went out and
    did not come back. `cluster` is None where customers were randomised one by one. `outcomes` has a column for each
    outcome and horizon, such as `paid_30`.
    """

    arm: Integers
    sent: Integers
    started: Integers
    reached: Flags
    stratum: Integers
    strata: tuple[str, ...] = ("all",)
    cluster: Integers | None = None
    covariates: dict[str, Floats] = field(default_factory=dict)
    outcomes: dict[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.arm.size)

    @property
    def clustered(self) -> bool:
        """Whether some cluster has two units: clusters of one are no clusters."""
        return self.cluster is not None and bool(self.arm.size) and int(self.cluster.max()) + 1 < self.arm.size

    def layout(self, arms: int, stratified: bool) -> Layout:
        """Returns how they were randomised; without strata, all are in one."""
        cluster = self.cluster if self.clustered else None
        if stratified:
            return Layout(self.arm, self.stratum, cluster, arms, len(self.strata))
        return Layout(self.arm, np.zeros_like(self.arm), cluster, arms, 1)

    def with_outcomes(self, outcomes: dict[str, Floats]) -> "Units":
        return replace(self, outcomes=self.outcomes | outcomes)


def by_appearance(cluster: NDArray[Any]) -> Integers:
    """Returns clusters numbered in the order of their first customers, however they were numbered before: sums over
    them come out the same to the last digit wherever the trial is read."""
    _, first, number = np.unique(cluster, return_index=True, return_inverse=True)
    place = np.empty(first.size, dtype=np.int64)
    place[np.argsort(first)] = np.arange(first.size)
    return np.asarray(place[number], dtype=np.int64)


def expect_sound(plan: TrialPlan, units: Units) -> None:
    """Raises `Invalid` where no analysis means anything: an arm without customers, a cluster in two arms."""
    counts = np.bincount(units.arm, minlength=len(plan.arms))
    empty = [plan.codes[arm] for arm in np.flatnonzero(counts == 0)]
    if empty:
        raise Invalid(
            f"no customer is in arm {', '.join(empty)}",
            *(
                Problem(f"arms.{code}", "customers", "leave the arm out of the plan, or find its customers")
                for code in empty
            ),
        )
    torn = torn_clusters(units)
    if torn.size:
        shown = ", ".join(str(cluster + 1) for cluster in torn[:SHOWN])
        raise Invalid(
            f"{torn.size} clusters have customers in two arms, such as {shown} in the order of the file",
            Problem("cluster", "one-arm", "customers of one cluster are randomised together: correct arm or cluster"),
        )
    missing = list(_missing(plan, units))
    if missing:
        raise Invalid(f"the data has no column {', '.join(problem.field for problem in missing)}", *missing)


def _missing(plan: TrialPlan, units: Units) -> Iterator[Problem]:
    for name in plan.adjust_for:
        if name not in units.covariates:
            yield Problem(name, "required", "the plan adjusts for it")
    if plan.clusters and units.cluster is None:
        says = "the plan randomises customers in clusters: say of each in which, or every error is too small"
        yield Problem("cluster", "required", says)
    for measured in plan.measured:
        if measured.column not in units.outcomes:
            says = f"say of each customer what came of {measured.outcome}, or give the outcomes one by one in a file"
            yield Problem(measured.column, "required", says)


def torn_clusters(units: Units) -> Integers:
    """Returns the clusters that have units in more than one arm."""
    if units.cluster is None or not units.cluster.size:
        return np.zeros(0, dtype=np.int64)
    one = first_of_clusters(units.arm, units.cluster)
    return np.unique(units.cluster[units.arm != one[units.cluster]])
