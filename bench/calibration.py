"""How often trials without an effect show one, how often intervals hold the truth, and how often effects are found.

`python -m bench.calibration --json` simulates 10,000 trials of each design, without and with an effect, by a fixed
seed, analyses them by the planner's own code, and prints the table on its last line.
"""

import argparse
import json
import os
from functools import partial
from math import sqrt
from multiprocessing import get_context
from typing import TypedDict

import numpy as np
from numpy.random import Generator, default_rng

from bench.simulated import DESIGNS, Simulated
from services.planner.evaluation.estimates.effects import effects_of
from services.planner.evaluation.result import Effect

TRIALS = 10_000
SEED = 20260907


class Table(TypedDict):
    """`false_positives`: trials without any effect that showed one; `coverage`: intervals that held the true effect (of
    all comparisons at once for Dunnett); `power`: trials with an effect that showed it in the first comparison."""

    design: str
    trials: int
    false_positives: float
    coverage: float
    power: float
    planned_power: float | None
    monte_carlo_error: float


def calibrated(simulated: Simulated, trials: int, seed: int) -> Table:
    rng = default_rng(seed)
    alarms = covered = intervals = found = 0
    for _ in range(trials):
        nothing = _analysed(simulated, rng, 0.0)
        alarms += any(effect.shown for look in nothing for effect in look)
        something = _analysed(simulated, rng, simulated.effect)
        held = [effect.low <= simulated.effect <= effect.high for effect in something[-1]]
        held = [all(held)] if simulated.plan.correction == "dunnett" else held
        covered, intervals = covered + sum(held), intervals + len(held)
        found += any(look[0].shown for look in something)
    return Table(
        design=simulated.name,
        trials=trials,
        false_positives=alarms / trials,
        coverage=covered / intervals,
        power=found / trials,
        planned_power=simulated.plan.power if simulated.planned else None,
        monte_carlo_error=sqrt(0.05 * 0.95 / trials),
    )


def _analysed(simulated: Simulated, rng: Generator, effect: float) -> list[list[Effect]]:
    """The effects at every planned look; customers come in random order, so that a look has the first ones."""
    plan, units = simulated.plan, simulated.draw(rng, effect)
    looks = plan.stopping.looks if plan.stopping else (1.0,)
    found = []
    for number, fraction in enumerate(looks, 1):
        counted = np.arange(len(units)) < round(fraction * len(units))
        effects = effects_of(plan, units, plan.primary, counted, number if plan.stopping else None)
        found.append([one for one in effects if one.kind == simulated.kind])
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--trials", type=int, default=TRIALS)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--jobs", type=int, default=os.cpu_count(), help="designs simulated at once")
    options = asked.parse_args()
    tables = []
    with get_context("spawn").Pool(options.jobs) as pool:
        for table in pool.imap(partial(_of_design, trials=options.trials, seed=options.seed), DESIGNS):
            tables.append(table)
            print(_line(table), flush=True)
    if options.json:
        print(json.dumps({"calibration": tables}))


def _of_design(name: str, trials: int, seed: int) -> Table:
    return calibrated(DESIGNS[name], trials, seed)


def _line(table: Table) -> str:
    planned = "" if table["planned_power"] is None else f" (planned {table['planned_power']:.2f})"
    return (
        f"{table['design']:<42} false positives {table['false_positives']:.4f}  coverage {table['coverage']:.4f}  "
        f"power {table['power']:.3f}{planned}"
    )


if __name__ == "__main__":
    main()
