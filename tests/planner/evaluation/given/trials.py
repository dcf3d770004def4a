"""Plans, and trials of invented customers with a built-in effect."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng

from services.planner.evaluation.analysis import Trial
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.checks.conduct import EPOCH
from services.planner.evaluation.data.units import Units
from services.planner.evaluation.estimates.arm_means import ArmMean, Floats, Integers
from services.planner.evaluation.estimates.differences import Difference, difference

STARTED = date(2026, 9, 7)
AS_OF = date(2027, 1, 31)
PRIMARY = {"outcome": "paid", "horizon": 30}


def plan(*arms: str, **changes: Any) -> TrialPlan:
    """A plan with a control and these arms: who paid within 30 days."""
    fields: dict[str, Any] = {
        "arms": [{"code": "control", "control": True}, *({"code": code} for code in arms or ("letter",))],
        "outcomes": [{"code": "paid", "counts": ["paid"], "horizons": [30], "expected": 0.3}],
        "primary": PRIMARY,
        "smallest_effect": 0.03,
    }
    return TrialPlan.model_validate(fields | changes)


def amount_plan(*arms: str, **changes: Any) -> TrialPlan:
    """A plan about the amount paid within 30 days, in pence."""
    outcome = {"code": "paid", "measure": "mean", "counts": ["paid"], "horizons": [30], "deviation": 100.0}
    return plan(*arms, **({"outcomes": [outcome], "smallest_effect": 20.0} | changes))


def units(arm: Integers, outcome: Floats, **columns: Any) -> Units:
    """Customers who all had their own arm's letter; arm 0 is control."""
    size = arm.size
    fields: dict[str, Any] = {
        "arm": arm,
        "sent": np.where(arm > 0, arm, -1),
        "started": np.full(size, (STARTED - EPOCH).days, dtype=np.int64),
        "reached": arm > 0,
        "stratum": np.zeros(size, dtype=np.int64),
        "outcomes": {"paid_30": outcome.astype(np.float64)},
    }
    return Units(**(fields | columns))


def trial(plan: TrialPlan, units: Units, **fields: Any) -> Trial:
    return Trial(plan=plan, units=units, as_of=AS_OF, **fields)


def counted(*groups: tuple[int, int]) -> Units:
    """Customers by arm: how many, and how many of them paid."""
    arm = np.repeat(np.arange(len(groups)), [size for size, _ in groups])
    did = np.concatenate([np.arange(size) < paid for size, paid in groups])
    return units(arm, did.astype(np.float64))


def shuffled_arms(rng: Generator, size: int, shares: Sequence[int]) -> Integers:
    """Arms in exact shares, in random order."""
    block = np.repeat(np.arange(len(shares)), shares)
    return rng.permutation(np.resize(block, size))


def clustered(seed: int, clusters: int, arms: int, effect: float = 0.0, icc: float = 0.2) -> Units:
    """Clusters of one to nine customers, randomised whole, whose amounts are alike by `icc`; variance 1."""
    rng = default_rng(seed)
    sizes = rng.integers(1, 10, clusters)
    cluster = np.repeat(np.arange(clusters), sizes)
    arm = shuffled_arms(rng, clusters, [1] * arms)[cluster]
    noise = np.sqrt(icc) * rng.normal(size=clusters)[cluster] + np.sqrt(1 - icc) * rng.normal(size=cluster.size)
    return units(arm, noise + effect * (arm > 0), cluster=cluster)


def letter_minus_control(means: Sequence[ArmMean]) -> Difference:
    """The difference of the only two arms, at 95%."""
    control, letter = means
    return difference(letter, control, 0.05)
