"""A trial's customers and outcomes as tables, for CSV and Parquet files: no names, no references, rows by number."""

from typing import Any

import numpy as np
import pyarrow as pa

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.data.outcome_log import OutcomeLog
from services.planner.evaluation.data.units import NOBODY, Units

DICTIONARY = (
    ("units", "unit", "number of the customer in this export; means nothing outside it"),
    ("units", "arm", "arm that the customer was randomised to"),
    ("units", "sent", "arm whose letter went out; empty where none did"),
    ("units", "started", "day of randomisation, from which horizons run (YYYY-MM-DD)"),
    ("units", "reached", "1 where a letter went out and did not come back, else 0"),
    ("units", "stratum", "stratum within which the customer was randomised"),
    ("units", "cluster", "number of the cluster that was randomised as one; not there where nobody was in one"),
    ("outcomes", "unit", "number of the customer"),
    ("outcomes", "outcome", "code of the outcome"),
    ("outcomes", "on", "day on which the customer did it (YYYY-MM-DD)"),
    ("outcomes", "amount", "amount in pence, 0 where there is none"),
    ("outcomes", "void", "1 where the outcome was withdrawn and does not count, else 0"),
)


def units_table(plan: TrialPlan, units: Units) -> Any:
    """Returns the customers as an Arrow table, planned covariates and outcomes last."""
    codes = pa.array([*plan.codes, ""])
    sent = np.where(units.sent == NOBODY, len(plan.codes), units.sent)
    columns = {
        "unit": pa.array(np.arange(1, len(units) + 1)),
        "arm": codes.take(pa.array(units.arm)),
        "sent": codes.take(pa.array(sent)),
        "started": pa.array(units.started.astype(np.int32)).cast(pa.date32()),
        "reached": pa.array(units.reached.astype(np.int8)),
        "stratum": pa.array(list(units.strata)).take(pa.array(units.stratum)),
    }
    if units.cluster is not None:
        columns["cluster"] = pa.array(units.cluster + 1)
    columns |= {name: pa.array(values) for name, values in units.covariates.items()}
    columns |= {name: pa.array(values) for name, values in units.outcomes.items()}
    return pa.table(columns)


def outcomes_table(log: OutcomeLog) -> Any:
    return pa.table(
        {
            "unit": pa.array(log.unit + 1),
            "outcome": pa.array(list(log.codes), pa.string()).take(pa.array(log.code)),
            "on": pa.array(log.day.astype(np.int32)).cast(pa.date32()),
            "amount": pa.array(log.amount),
            "void": pa.array(log.void.astype(np.int8)),
        }
    )


def dictionary(plan: TrialPlan, units: Units) -> list[tuple[str, str, str]]:
    """Returns the data dictionary: table, column, meaning."""
    covariates = [("units", name, "covariate known before randomisation") for name in units.covariates]
    outcomes = []
    for measured in plan.measured:
        outcome = plan.outcome(measured)
        did = f"{' or '.join(outcome.counts)} within {measured.horizon} days of randomisation"
        says = f"1 where {did}, else 0" if outcome.measure == "proportion" else f"pence of {did}"
        outcomes.append(("units", measured.column, says))
    return [*DICTIONARY, *covariates, *outcomes]
