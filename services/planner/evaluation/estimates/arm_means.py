"""The mean of an outcome in each arm, by stratum where the design has strata, with its standard error.

Differences between arms are differences of these means, because no unit and no cluster is in two arms. For single units
the variance is HC2 (MacKinnon and White 1985); for clusters it is CR2 (Bell and McCaffrey 2002) of the regression on
indicators of arm and stratum, in its closed form. The Satterthwaite degrees of freedom are those of clubSandwich:
(trace P)² / trace P², under the working model of independent errors of equal variance (Pustejovsky and Tipton 2018).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.errors import Invalid, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ENOUGH = 2
"""Randomised units that an arm needs in a stratum, so that a variance can be estimated."""


@dataclass(frozen=True, slots=True)
class ArmMean:
    """`variance` is the squared standard error; `trace` and `squares` are its share of trace P and trace P².
    `units` are customers, `randomised` the clusters, or the customers where nobody is in a cluster."""

    mean: float
    variance: float
    trace: float
    squares: float
    units: int
    randomised: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How units were randomised: for each its `arm` and `stratum` (numbers from 0), and its `cluster` or None."""

    arm: Integers
    stratum: Integers
    cluster: Integers | None
    arms: int
    strata: int

    @property
    def cell(self) -> Integers:
        """The number of each unit's arm and stratum together."""
        return self.arm * self.strata + self.stratum

    def only(self, chosen: NDArray[np.bool_]) -> "Layout":
        """Keeps the chosen units, and numbers their clusters afresh."""
        cluster = None if self.cluster is None else np.unique(self.cluster[chosen], return_inverse=True)[1]
        return Layout(self.arm[chosen], self.stratum[chosen], cluster, self.arms, self.strata)

    def randomised(self) -> Integers:
        """Returns how many units or clusters each arm has in each stratum; shape (arms, strata)."""
        cell = self.cell if self.cluster is None else first_of_clusters(self.cell, self.cluster)
        return np.bincount(cell, minlength=self.arms * self.strata).reshape(self.arms, self.strata)


def first_of_clusters(values: Integers, cluster: Integers) -> Integers:
    """Returns one value for each cluster: that of one of its units."""
    found = np.zeros(int(cluster.max()) + 1 if cluster.size else 0, dtype=np.int64)
    found[cluster] = values
    return found


def thin_strata(layout: Layout) -> NDArray[np.bool_]:
    """Returns for each stratum whether some arm has fewer than two randomised units there; an empty one is not thin."""
    counts = layout.randomised()
    return np.asarray((counts.min(axis=0) < ENOUGH) & (counts.sum(axis=0) > 0))


def arm_means(outcome: Floats, layout: Layout) -> list[ArmMean]:
    """Returns each arm's mean, its strata weighted by their share of all units.

    Raises `Invalid` where an arm has fewer than two randomised units in a stratum.
    """
    if thin_strata(layout).any() or not outcome.size:
        raise Invalid(
            "some arm has fewer than two randomised units in a stratum",
            Problem("strata", "two-in-each-arm", "leave such strata out, or put strata together"),
        )
    sizes = np.bincount(layout.stratum, minlength=layout.strata)
    parts = _cells(outcome, layout)
    present = sizes > 0
    weights = (sizes / sizes.sum())[present]
    return [_weighted(parts, arm, weights, present) for arm in range(layout.arms)]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Estimates by arm and stratum, each of shape (arms, strata)."""

    mean: Floats
    variance: Floats
    trace: Floats
    squares: Floats
    units: Integers
    randomised: Integers


def _weighted(cells: _Cells, arm: int, weights: Floats, present: NDArray[np.bool_]) -> ArmMean:
    return ArmMean(
        mean=float(weights @ cells.mean[arm, present]),
        variance=float(weights**2 @ cells.variance[arm, present]),
        trace=float(weights**2 @ cells.trace[arm, present]),
        squares=float(weights**4 @ cells.squares[arm, present]),
        units=int(cells.units[arm].sum()),
        randomised=int(cells.randomised[arm].sum()),
    )


def _cells(outcome: Floats, layout: Layout) -> _Cells:
    shape, cell = (layout.arms, layout.strata), layout.cell
    length = layout.arms * layout.strata
    units = np.bincount(cell, minlength=length)
    size = np.maximum(units, 1).astype(np.float64)
    mean = np.bincount(cell, outcome, minlength=length) / size
    residual = outcome - mean[cell]
    if layout.cluster is None:
        squared = np.bincount(cell, residual**2, minlength=length)
        spread = np.maximum(size - 1, 1)
        variance, squares = squared / (size * spread), 1 / (size**2 * spread)
        randomised = units
    else:
        of_cluster = first_of_clusters(cell, layout.cluster)
        variance, squares = _clustered(residual, layout.cluster, of_cluster, size)
        randomised = np.bincount(of_cluster, minlength=length)
    return _Cells(
        mean.reshape(shape),
        variance.reshape(shape),
        (1 / size).reshape(shape),
        squares.reshape(shape),
        units.reshape(shape),
        randomised.reshape(shape),
    )


def _clustered(residual: Floats, cluster: Integers, cell: Integers, size: Floats) -> tuple[Floats, Floats]:
    """Returns the CR2 variance of each cell's mean, and its share of trace P².

    With an indicator for each cell, I - H of a cluster of n units in a cell of N has the eigenvalue 1 - n/N along the
    vector of ones and 1 elsewhere, so that CR2 divides the cluster's total residual by its root.
    """
    totals, units = np.bincount(cluster, residual), np.bincount(cluster).astype(np.float64)
    whole = size[cell]
    left = np.maximum(1 - units / whole, np.finfo(float).tiny)
    weight = 1 / (left * whole**2)  # the square of what multiplies the total
    length = size.size

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(cell, values, minlength=length), dtype=np.float64)

    across = (summed(weight * units**2) ** 2 - summed(weight**2 * units**4)) / size**2
    return summed(weight * totals**2), summed((units / whole**2) ** 2) + across
