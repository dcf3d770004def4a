"""A million customers in 400,000 clusters, analysed: seconds, memory, and how plain statsmodels does on the same data.

`python -m bench.evaluation --json` prints `seconds`, `peak_mb` and `statsmodels_ratio` on its last line. Each part runs
in a process of its own, so that its memory is its own.
"""

import argparse
import json
import resource
import sys
import time
from multiprocessing import get_context
from typing import Any

import numpy as np

CUSTOMERS, CLUSTERS, ARMS = 1_000_000, 400_000, 3
SEED = 20260907
KB_PER_MB = 1024


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=CUSTOMERS)
    asked.add_argument("--clusters", type=int, default=CLUSTERS)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    ours, plain = (_apart(part, options.customers, options.clusters) for part in (_ours, _statsmodels))
    assert np.allclose(ours["effects"], plain["effects"], atol=1e-9), "both must find the same effects"
    found = {
        "customers": options.customers,
        "clusters": options.clusters,
        "seconds": ours["seconds"],
        "peak_mb": ours["peak_mb"],
        "statsmodels_seconds": plain["seconds"],
        "statsmodels_peak_mb": plain["peak_mb"],
        "statsmodels_ratio": plain["seconds"] / ours["seconds"],
    }
    print(
        f"planner: {ours['seconds']:.1f} s, {ours['peak_mb']:.0f} MB (checks, effects by assignment, adjusted and of "
        f"those reached, conclusion)\nstatsmodels: {plain['seconds']:.1f} s, {plain['peak_mb']:.0f} MB (one regression "
        "with clustered errors, without adjustment for few clusters)"
    )
    print(json.dumps(found) if options.json else "")


def _apart(part: Any, customers: int, clusters: int) -> dict[str, Any]:
    with get_context("spawn").Pool(1) as pool:
        found: dict[str, Any] = pool.apply(part, (customers, clusters))
    return found


def _drawn(customers: int, clusters: int) -> tuple[Any, Any, Any, Any]:
    """Arm, cluster, whether they paid, and what they owed before."""
    rng = np.random.default_rng(SEED)
    cluster = rng.permutation(np.arange(customers) % clusters)
    arm = rng.permutation(np.arange(clusters) % ARMS)[cluster]
    owed = rng.exponential(size=customers)
    alike = rng.normal(size=clusters)[cluster]
    paid = alike + rng.normal(size=customers) + 0.2 * owed > 0.6 - 0.03 * arm
    return arm, cluster, paid.astype(np.float64), owed


def _ours(customers: int, clusters: int) -> dict[str, Any]:
    from bench.simulated import plan_of, units_of
    from services.planner.evaluation.analysis import Trial, evaluate
    from services.planner.evaluation.checks.conduct import EPOCH

    arm, cluster, paid, owed = _drawn(customers, clusters)
    plan = plan_of(ARMS, "proportion", smallest_effect=0.01, adjust_for=["owed"], complier_average=True)
    units = units_of(arm, paid, cluster=cluster, covariates={"owed": owed})
    began = time.perf_counter()
    result = evaluate(Trial(plan, units, EPOCH.replace(year=1971)))
    seconds = time.perf_counter() - began
    effects = [effect.estimate for effect in result.effects if effect.kind == "assigned"]
    return {"seconds": seconds, "peak_mb": peak_mb(), "effects": effects}


def _statsmodels(customers: int, clusters: int) -> dict[str, Any]:
    from statsmodels.api import OLS

    arm, cluster, paid, _ = _drawn(customers, clusters)
    began = time.perf_counter()
    columns = np.column_stack([np.ones(customers), arm == 1, arm == 2]).astype(np.float64)
    fit = OLS(paid, columns).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    fit.summary()
    return {"seconds": time.perf_counter() - began, "peak_mb": peak_mb(), "effects": list(fit.params[1:])}


def peak_mb() -> float:
    """Megabytes of this process at its largest, libraries and data among them."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / KB_PER_MB / (KB_PER_MB if sys.platform == "darwin" else 1)


if __name__ == "__main__":
    main()
