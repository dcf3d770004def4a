"""Designs of trials, and invented customers for them: by each, trials without and with an effect are simulated."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.random import Generator

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.data.units import Units
from services.planner.evaluation.design import design

LEVEL = 0.3


@dataclass(frozen=True)
class Simulated:
    """A design, and how its customers are drawn: by a generator, with this effect of every letter."""

    name: str
    plan: TrialPlan
    draw: Callable[[Generator, float], Units]
    effect: float
    kind: str = "assigned"
    planned: bool = False


def plan_of(arms: int = 2, measure: str = "mean", **changes: Any) -> TrialPlan:
    outcome = {
        "code": "y",
        "measure": measure,
        "counts": ["paid"],
        "horizons": [30],
        "expected": LEVEL,
        "deviation": 1.0,
    }
    fields: dict[str, Any] = {
        "arms": [{"code": "control", "control": True}, *({"code": f"letter-{n}"} for n in range(1, arms))],
        "outcomes": [outcome],
        "primary": {"outcome": "y", "horizon": 30},
        "smallest_effect": 0.25,
    }
    return TrialPlan.model_validate(fields | changes)


def units_of(arm: Any, y: Any, **columns: Any) -> Units:
    zero = np.zeros(arm.size, dtype=np.int64)
    fields = {"arm": arm, "sent": np.where(arm > 0, arm, -1), "started": zero, "reached": arm > 0, "stratum": zero}
    return Units(**(fields | {"outcomes": {"y_30": np.asarray(y, dtype=np.float64)}} | columns))


def _arms(rng: Generator, size: int, arms: int) -> Any:
    return rng.permutation(np.arange(size) % arms)


def _size(plan: TrialPlan) -> int:
    needed = design(plan).needed
    assert needed is not None
    return needed


def _single(plan: TrialPlan) -> Callable[[Generator, float], Units]:
    """Customers one by one, with a skewed outcome (a centred exponential)."""
    size, arms = _size(plan), len(plan.arms)

    def draw(rng: Generator, effect: float) -> Units:
        arm = _arms(rng, size, arms)
        return units_of(arm, rng.exponential(size=size) - 1 + effect * (arm > 0))

    return draw


def _shares(plan: TrialPlan) -> Callable[[Generator, float], Units]:
    size, arms = _size(plan), len(plan.arms)

    def draw(rng: Generator, effect: float) -> Units:
        arm = _arms(rng, size, arms)
        return units_of(arm, rng.random(size) < LEVEL + effect * (arm > 0))

    return draw


def _clusters(
    clusters: int, sizes: Callable[[Generator], Any], icc: float, arms: int = 2
) -> Callable[[Generator, float], Units]:
    def draw(rng: Generator, effect: float) -> Units:
        cluster = np.repeat(np.arange(clusters), sizes(rng))
        arm = _arms(rng, clusters, arms)[cluster]
        together = sqrt(icc) * rng.normal(size=clusters)[cluster]
        y = together + sqrt(1 - icc) * rng.normal(size=cluster.size) + effect * (arm > 0)
        return units_of(arm, y, cluster=cluster)

    return draw


def _blocked(rng: Generator, effect: float) -> Units:
    """Three strata of other levels, in which one, two and three of four are written to."""
    stratum = np.repeat([0, 1, 2], [120, 80, 160])
    arm = np.concatenate(
        [rng.permutation((np.arange(n) % 4 <= part).astype(np.int64)) for part, n in ((0, 120), (1, 80), (2, 160))]
    )
    y = stratum * 1.5 + rng.normal(size=360) * (1 + stratum / 2) + effect * arm
    return units_of(arm, y, stratum=stratum, strata=("low", "middle", "high"))


def _covariate(rng: Generator, effect: float) -> Units:
    """The letter does more to those who owe more; its effect on the customers in the trial is `effect` on average."""
    arm, x = _arms(rng, 200, 2), rng.exponential(size=200)
    y = 2 * x + arm * (x - x.mean()) + rng.normal(size=200) + effect * arm
    return units_of(arm, y, covariates={"x": x})


def _reached(rng: Generator, effect: float) -> Units:
    """Three quarters can be reached, and those differ from the others."""
    arm, can = _arms(rng, 600, 2), rng.random(600) < 0.75
    reached = (arm > 0) & can
    return units_of(arm, can + rng.normal(size=600) + effect * reached, reached=reached)


def _designs() -> list[Simulated]:
    single, shares = plan_of(), plan_of(measure="proportion", smallest_effect=0.1)
    three, dunnett = plan_of(3), plan_of(4, correction="dunnett")
    clusters = plan_of(clusters={"mean_size": 4, "icc": 0.3}, smallest_effect=0.4)
    looks = plan_of(stopping={"looks": [0.5, 1.0]}, correction="none")
    many = ceil(_size(clusters) / 4)
    adjusted = plan_of(adjust_for=["x"])
    return [
        Simulated("single customers, amounts", single, _single(single), 0.25, planned=True),
        Simulated("single customers, proportions (Newcombe)", shares, _shares(shares), 0.1, planned=True),
        Simulated("three arms, Holm", three, _single(three), 0.25),
        Simulated("three arms, Benjamini-Hochberg", plan_of(3, correction="benjamini-hochberg"), _single(three), 0.25),
        Simulated("four arms, Dunnett", dunnett, _single(dunnett), 0.25),
        Simulated(
            "clusters of four", clusters, _clusters(many, lambda rng: rng.integers(4, 5, many), 0.3), 0.4, planned=True
        ),
        Simulated("twenty unequal clusters", single, _clusters(20, lambda rng: rng.integers(1, 20, 20), 0.2), 0.5),
        Simulated(
            "three arms of clusters, Holm", three, _clusters(60, lambda rng: rng.integers(1, 9, 60), 0.2, 3), 0.4
        ),
        Simulated("blocks of unequal shares", plan_of(stratified=True), _blocked, 0.5),
        Simulated("adjusted for a covariate (Lin)", adjusted, _covariate, 0.5, "adjusted"),
        Simulated("those reached (complier average)", plan_of(complier_average=True), _reached, 0.4, "complier"),
        Simulated("two looks (O'Brien-Fleming)", looks, _single(looks), 0.25, planned=True),
    ]


DESIGNS = {simulated.name: simulated for simulated in _designs()}
