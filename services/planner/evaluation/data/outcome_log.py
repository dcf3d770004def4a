"""Outcomes as they were recorded, one by one, and what they come to within a horizon."""

from dataclasses import dataclass, replace

import numpy as np

from services.planner.evaluation.analysis_plan import Outcome, TrialPlan
from services.planner.evaluation.data.units import Flags, Units
from services.planner.evaluation.estimates.arm_means import Floats, Integers


@dataclass(frozen=True)
class OutcomeLog:
    """Columns: the row of the customer in `Units`, the number of the code in `codes`, the day (from 1970-01-01), the
    amount in pence (0 where there is none), and whether it is void."""

    unit: Integers
    code: Integers
    day: Integers
    amount: Floats
    void: Flags
    codes: tuple[str, ...]

    def counted(self, counts: tuple[str, ...]) -> Flags:
        """Returns the rows with one of these codes that are not void."""
        wanted = [number for number, code in enumerate(self.codes) if code in counts]
        return np.isin(self.code, wanted) & ~self.void


@dataclass(frozen=True)
class LeftOut:
    """How many outcomes were not counted, and why. `late` ones came after the longest horizon of every outcome that
    counts them, `early` ones before the customer was randomised."""

    void: int = 0
    early: int = 0
    late: int = 0
    repeated: int = 0
    unknown: int = 0


def measure(log: OutcomeLog, units: Units, plan: TrialPlan) -> tuple[Units, LeftOut]:
    """Returns the units with a column for every planned outcome and horizon, and what was left out."""
    since = log.day - units.started[log.unit]
    columns, longest = {}, np.full(log.unit.size, -1, dtype=np.int64)
    for outcome in plan.outcomes:
        counted = log.counted(outcome.counts)
        longest[counted] = np.maximum(longest[counted], max(outcome.horizons))
        for horizon in outcome.horizons:
            within = counted & (since >= 0) & (since <= horizon)
            columns[f"{outcome.code}_{horizon}"] = _total(log, within, outcome, len(units))
    counts = longest >= 0
    early, late = int((counts & (since < 0)).sum()), int((counts & (since > longest)).sum())
    return units.with_outcomes(columns), LeftOut(void=int(log.void.sum()), early=early, late=late)


def with_repeats(left: LeftOut, repeated: int, unknown: int) -> LeftOut:
    return replace(left, repeated=repeated, unknown=unknown)


def _total(log: OutcomeLog, within: Flags, outcome: Outcome, units: int) -> Floats:
    if outcome.measure == "proportion":
        return (np.bincount(log.unit[within], minlength=units) > 0).astype(np.float64)
    return np.asarray(np.bincount(log.unit[within], log.amount[within], minlength=units), dtype=np.float64)


def winsorised(amounts: Floats, quantile: float) -> Floats:
    """Returns the amounts, those above the quantile of all of them cut down to it."""
    return np.minimum(amounts, np.quantile(amounts, quantile))
