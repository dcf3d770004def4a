"""A trial's customers and outcomes read from CSV: from an export, or from anybody's own files."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.data.outcome_log import LeftOut, OutcomeLog
from services.planner.evaluation.data.units import Units, by_appearance
from services.planner.evaluation.estimates.arm_means import Floats, Integers
from services.planner.evaluation.files.csv_table import Table
from services.planner.evaluation.plan_rules import CUSTOMER_COLUMNS

UNIT_TYPES = dict.fromkeys(CUSTOMER_COLUMNS, pa.string()) | {"started": pa.date32(), "reached": pa.int8()}
OUTCOME_TYPES = {"unit": pa.string(), "outcome": pa.string(), "on": pa.date32(), "amount": pa.float64()}
OUTCOME_TYPES |= {"amount_unit": pa.string(), "void": pa.int8(), "id": pa.string()}
PENCE = {"pence": 1.0, "pounds": 100.0}


def read_units(content: bytes, plan: TrialPlan, *, dated: bool = False) -> tuple[Units, Any]:
    """Returns the customers, and their names in the file for `read_outcomes`.

    Columns `unit` and `arm` are needed, `stratum` where the plan has strata, `started` where `dated` outcomes follow;
    `sent`, `reached`, `cluster`, covariates and outcomes such as `paid_30` may be there. Raises `Malformed` or
    `Invalid`, naming file and column.
    """
    numbers = (*plan.adjust_for, *_outcome_columns(plan))
    strata = ["stratum"] if plan.stratified or plan.by_stratum else []
    needed = ("unit", "arm", *strata, *(["started"] if dated else []))
    table = Table(content, "units.csv", UNIT_TYPES | dict.fromkeys(numbers, pa.float64()), needed, filled=True)
    names = table["unit"].combine_chunks()
    if pc.count_distinct(names).as_py() < len(table):
        raise table.refused("unit", "unique", "a customer is in the file twice: keep one row for each")
    arm = _arms(table, plan, "arm")
    own = np.where(np.array([one.control for one in plan.arms])[arm], -1, arm)
    sent = _arms(table, plan, "sent") if "sent" in table else own
    reached = table.numbers("reached") > 0 if "reached" in table else sent >= 0
    stratum, names_of_strata = table.codes("stratum") if "stratum" in table else (arm * 0, ("all",))
    units = Units(
        arm=arm,
        sent=sent,
        started=table.days("started") if "started" in table else arm * 0,
        reached=np.asarray(reached & (sent >= 0)),
        stratum=stratum,
        strata=names_of_strata,
        cluster=_clusters(table) if "cluster" in table else None,
        covariates={name: table.numbers(name) for name in plan.adjust_for if name in table},
        outcomes={name: _outcome(table, name, plan) for name in _outcome_columns(plan) if name in table},
    )
    return units, names


def read_outcomes(content: bytes, names: Any) -> tuple[OutcomeLog, LeftOut]:
    """Returns the outcomes of the customers named. An `id` said again is the same outcome; its last row counts."""
    table = Table(content, "outcomes.csv", OUTCOME_TYPES, ("unit", "outcome", "on"))
    repeated = 0
    if "id" in table:
        rows = table.rows.append_column("row", pa.array(np.arange(len(table))))
        last = rows.group_by("id").aggregate([("row", "max")])["row_max"]
        repeated = len(table) - len(last)
        table.keep(table.rows.take(last.combine_chunks().sort()))
    amount = table.numbers("amount", missing=0.0) * _scale(table) if "amount" in table else np.zeros(len(table))
    void = table.numbers("void", missing=0.0) > 0 if "void" in table else np.zeros(len(table), dtype=bool)
    day, (code, codes) = table.days("on"), table.codes("outcome")
    row = pc.index_in(table["unit"], value_set=names)
    known = np.asarray(pc.is_valid(row).to_numpy())
    log = OutcomeLog(
        unit=pc.drop_null(row).to_numpy().astype(np.int64),
        code=code[known],
        day=day[known],
        amount=amount[known],
        void=np.asarray(void)[known],
        codes=codes,
    )
    return log, LeftOut(repeated=repeated, unknown=int((~known).sum()))


def _arms(table: Table, plan: TrialPlan, name: str) -> Integers:
    """The numbers of the arms; -1 for an empty `sent`."""
    number = pc.fill_null(pc.index_in(table[name], value_set=pa.array(list(plan.codes))), -1)
    found = np.asarray(number.to_numpy(), dtype=np.int64)
    empty = pc.equal(table[name], "").to_numpy() if name == "sent" else np.zeros(found.size, dtype=bool)
    says = f"has none of the plan's arms, which are {', '.join(plan.codes)}"
    table.expect(name, (found >= 0) | np.asarray(empty), "known-arm", says)
    return found


def _outcome(table: Table, name: str, plan: TrialPlan) -> Floats:
    values = table.numbers(name)
    shares = {m.column for m in plan.measured if plan.outcome(m).measure == "proportion"}
    if name in shares:
        table.expect(name, np.isin(values, (0, 1)), "share", "is neither 1 for who did it nor 0 for who did not")
    return values


def _outcome_columns(plan: TrialPlan) -> list[str]:
    return [measured.column for measured in plan.measured]


def _clusters(table: Table) -> Integers:
    """Numbers of clusters; a customer without one is a cluster alone."""
    number, names = table.codes("cluster")
    alone = number == names.index("") if "" in names else np.zeros(number.size, dtype=bool)
    number = np.where(alone, len(names) + np.arange(number.size), number)
    return by_appearance(number)


def _scale(table: Table) -> float:
    """How many pence an amount's unit has. Raises `Invalid` for amounts in two units."""
    units = set(table["amount_unit"].unique().to_pylist()) if "amount_unit" in table else {"pence"}
    if len(units) > 1 or not units <= set(PENCE):
        shown = ", ".join(sorted(units & set(PENCE))) or "none that is known"
        raise table.refused("amount_unit", "one-unit", f"write all amounts in pence or all in pounds: here {shown}")
    return PENCE[units.pop()] if units else 1.0
