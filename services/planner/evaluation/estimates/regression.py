"""The adjusted mean of an outcome in each arm: a regression with planned covariates, in each arm by itself (Lin 2013).

In each arm the outcome is regressed on indicators of the strata and on the covariates, centred at their mean over all
arms. The arm's adjusted mean is the sum of the strata's intercepts, weighted by their share of all units.
"""

from dataclasses import dataclass

import numpy as np

from services.planner.evaluation.estimates.arm_means import ArmMean, Floats, Integers, Layout
from shared.errors import Invalid, Problem

LARGEST = 60
"""Columns of a regression: strata and covariates together."""
CLUSTERS_PER_STEP = 20_000
DETERMINED = 1e-9
"""Below this, 1 - leverage counts as nothing: that cluster alone determines a coefficient."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One linear combination of the coefficients of a least-squares regression, with CR2 (or HC2) variance.

    `trace` and `squares` are trace P and trace P² of Pustejovsky and Tipton (2018).
    """

    estimate: float
    variance: float
    trace: float
    squares: float

    @property
    def df(self) -> float:
        return self.trace**2 / self.squares


def adjusted_means(outcome: Floats, layout: Layout, covariates: Floats) -> list[ArmMean]:
    """Returns each arm's adjusted mean. `covariates` has the shape (units, covariates).

    Raises `Invalid` where the covariates and strata determine one another, or are too many for an arm.
    """
    centred = covariates - covariates.mean(axis=0)
    sizes = np.bincount(layout.stratum, minlength=layout.strata)
    present = np.flatnonzero(sizes)
    weights = np.concatenate([sizes[present] / sizes.sum(), np.zeros(covariates.shape[1])])
    if weights.size > LARGEST:
        raise Invalid(
            f"{weights.size} strata and covariates are too many for one regression",
            Problem("adjust_for", "size", f"use at most {LARGEST} strata and covariates together"),
        )
    means = []
    for arm in range(layout.arms):
        chosen = layout.arm == arm
        columns = np.column_stack([layout.stratum[chosen, None] == present, centred[chosen]]).astype(np.float64)
        cluster = None if layout.cluster is None else np.unique(layout.cluster[chosen], return_inverse=True)[1]
        fit = least_squares(outcome[chosen], columns, weights, cluster)
        randomised = int(chosen.sum()) if cluster is None else int(cluster.max()) + 1
        means.append(ArmMean(fit.estimate, fit.variance, fit.trace, fit.squares, int(chosen.sum()), randomised))
    return means


def least_squares(outcome: Floats, columns: Floats, combination: Floats, cluster: Integers | None = None) -> Fit:
    """Regresses `outcome` on `columns` (units, p) and returns the `combination` (p) of the coefficients.

    Without clusters every unit is one by itself, which makes CR2 into HC2. Raises `Invalid` where the columns are
    linearly dependent.
    """
    values, vectors = np.linalg.eigh(columns.T @ columns)
    if columns.shape[0] <= columns.shape[1] or values[0] < values[-1] * 1e-12:
        raise Invalid(
            "the regression cannot be computed: its columns determine one another",
            Problem("adjust_for", "independent", "leave out covariates that are constant or follow from others"),
        )
    root = vectors / np.sqrt(values) @ vectors.T
    scaled = columns @ root
    coefficients = root @ (scaled.T @ outcome)
    residual = outcome - columns @ coefficients
    direction = root @ combination
    parts = (
        _by_unit(scaled, residual, direction) if cluster is None else _by_cluster(scaled, residual, direction, cluster)
    )
    return Fit(float(combination @ coefficients), *parts)


def _by_unit(scaled: Floats, residual: Floats, direction: Floats) -> tuple[float, float, float]:
    left = 1 - np.einsum("ij,ij->i", scaled, scaled)
    inverse = np.where(left > DETERMINED, 1 / np.maximum(left, DETERMINED), 0.0)
    weight = (scaled @ direction) ** 2 * inverse  # q'q of each unit
    across = (scaled * weight[:, None]).T @ scaled
    leverage = weight * (1 - left)
    trace = float(weight.sum() - leverage.sum())
    squares = float((weight**2).sum() - 2 * (weight * leverage).sum() + (across**2).sum())
    return float(weight @ residual**2), trace, squares


def _by_cluster(scaled: Floats, residual: Floats, direction: Floats, cluster: Integers) -> tuple[float, float, float]:
    """Works with p × p matrices alone, however large a cluster is: its I - H differs from I in p directions."""
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    ends = np.append(starts[1:], cluster.size)
    variance = trace = cross = 0.0
    across = np.zeros((scaled.shape[1], scaled.shape[1]))
    for first in range(0, starts.size, CLUSTERS_PER_STEP):
        begin, end = starts[first], ends[min(first + CLUSTERS_PER_STEP, starts.size) - 1]
        rows, offsets = order[begin:end], starts[first : first + CLUSTERS_PER_STEP] - begin
        block = scaled[rows]
        outer = np.add.reduceat(block[:, :, None] * block[:, None, :], offsets)
        scores = np.add.reduceat(block * residual[rows, None], offsets)
        step = _cluster_step(outer, scores, direction)
        variance, trace, cross = variance + step[0], trace + step[1], cross + step[2]
        across += step[3]
    return variance, trace, cross + float((across**2).sum())


def _cluster_step(outer: Floats, scores: Floats, direction: Floats) -> tuple[float, float, float, Floats]:
    """`outer` is B'B of each cluster (clusters, p, p) and `scores` its B'e, where B are its rows of X (X'X)^-1/2."""
    leverage, vectors = np.linalg.eigh(outer)
    leverage = np.clip(leverage, 0.0, 1.0)
    left = 1 - leverage
    inverse = np.where(left > DETERMINED, 1 / np.maximum(left, DETERMINED), 0.0)
    turned = np.einsum("gij,i->gj", vectors, direction)
    score = (turned * np.sqrt(inverse) * np.einsum("gij,gi->gj", vectors, scores)).sum(axis=1)
    own = (turned**2 * leverage * inverse).sum(axis=1)  # q'q
    shared = np.einsum("gij,gj->gi", vectors, turned * leverage * np.sqrt(inverse))  # r
    squared = (shared**2).sum(axis=1)
    cross = float((own**2 - 2 * own * squared).sum())
    return float((score**2).sum()), float((own - squared).sum()), cross, shared.T @ shared
