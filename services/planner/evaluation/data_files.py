"""A trial's customers and outcomes read from CSV: from an export, or from anybody's own files."""

import csv
import io
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.arm_means import Floats, Integers
from services.planner.evaluation.outcome_log import LeftOut, OutcomeLog
from services.planner.evaluation.units import Units
from shared.errors import Invalid, Malformed, Problem

UNIT_TYPES = {
    "unit": pa.string(),
    "arm": pa.string(),
    "sent": pa.string(),
    "stratum": pa.string(),
    "cluster": pa.string(),
}
UNIT_TYPES |= {"started": pa.date32(), "reached": pa.int8()}
OUTCOME_TYPES = {"unit": pa.string(), "outcome": pa.string(), "on": pa.date32(), "amount": pa.float64()}
OUTCOME_TYPES |= {"amount_unit": pa.string(), "void": pa.int8(), "id": pa.string()}
PENCE = {"pence": 1.0, "pounds": 100.0}


def read_units(content: bytes, plan: TrialPlan) -> tuple[Units, Any]:
    """Returns the customers, and their names in the file for `read_outcomes`.

    Columns `unit` and `arm` are needed; `sent`, `started`, `reached`, `stratum`, `cluster`, covariates and outcomes
    such as `paid_30` may be there. Raises `Malformed` or `Invalid`, naming the file and column.
    """
    numbers = (*plan.adjust_for, *_outcome_columns(plan))
    table = _table(content, "units.csv", UNIT_TYPES | dict.fromkeys(numbers, pa.float64()), ("unit", "arm"))
    size, names = table.num_rows, table["unit"].combine_chunks()
    if pc.count_distinct(names).as_py() < size:
        raise _refused("units.csv", "unit", "unique", "a customer is in the file twice: keep one row for each")
    arm = _arms(table["arm"], plan, "arm")
    own = np.where(np.array([one.control for one in plan.arms])[arm], -1, arm)
    sent = _arms(table["sent"], plan, "sent") if "sent" in table.column_names else own
    reached = _numbers(table, "reached") > 0 if "reached" in table.column_names else sent >= 0
    stratum, strata = _coded(table["stratum"]) if "stratum" in table.column_names else (arm * 0, ("all",))
    units = Units(
        arm=arm,
        sent=sent,
        started=_days(table, "started") if "started" in table.column_names else arm * 0,
        reached=np.asarray(reached & (sent >= 0)),
        stratum=stratum,
        strata=strata,
        cluster=_clusters(table) if "cluster" in table.column_names else None,
        covariates={name: _numbers(table, name) for name in plan.adjust_for if name in table.column_names},
        outcomes={name: _outcome(table, name, plan) for name in _outcome_columns(plan) if name in table.column_names},
    )
    return units, names


def read_outcomes(content: bytes, names: Any) -> tuple[OutcomeLog, LeftOut]:
    """Returns the outcomes of the customers named. An `id` said again is the same outcome; its last row counts."""
    table = _table(content, "outcomes.csv", OUTCOME_TYPES, ("unit", "outcome", "on"))
    repeated = 0
    if "id" in table.column_names:
        rows = table.append_column("row", pa.array(np.arange(table.num_rows)))
        last = rows.group_by("id").aggregate([("row", "max")])["row_max"]
        repeated = table.num_rows - len(last)
        table = table.take(last.combine_chunks().sort())
    found = pc.index_in(table["unit"], value_set=names)
    unknown = found.null_count
    table, unit = table.filter(pc.is_valid(found)), pc.drop_null(found)
    code, codes = _coded(table["outcome"])
    size = table.num_rows
    amount = (
        _numbers(table, "amount", missing=0.0) * _scale(table) if "amount" in table.column_names else np.zeros(size)
    )
    void = _numbers(table, "void") > 0 if "void" in table.column_names else np.zeros(size, dtype=bool)
    log = OutcomeLog(
        unit=unit.to_numpy().astype(np.int64),
        code=code,
        day=_days(table, "on"),
        amount=amount,
        void=np.asarray(void),
        codes=codes,
    )
    return log, LeftOut(repeated=repeated, unknown=unknown)


def _table(content: bytes, file: str, types: dict[str, Any], needed: tuple[str, ...]) -> Any:
    try:
        text = content[: 1 << 16].decode("utf-8-sig", errors="replace")
        header = next(csv.reader(io.StringIO(text)), [])
        content = content.removeprefix(b"\xef\xbb\xbf")
        known = [name for name in types if name in header]
        options = pa_csv.ConvertOptions(
            column_types=types, include_columns=known, strings_can_be_null=False, null_values=["", "NA", "NaN"]
        )
        table = pa_csv.read_csv(pa.BufferReader(content), convert_options=options)
    except (pa.ArrowInvalid, pa.ArrowKeyError, csv.Error):
        raise Malformed(
            f"{file} cannot be read: it must be CSV in UTF-8, with dates as 2026-09-07 and numbers without separators"
        ) from None
    twice = sorted({name for name in known if header.count(name) > 1})
    if twice:
        raise _refused(file, ", ".join(twice), "once", "it is in the heading twice: keep one")
    missing = [name for name in needed if name not in table.column_names]
    if missing or (not table.num_rows and file == "units.csv"):
        problems = [Problem(f"{file}.{name}", "required", "there is no such column") for name in missing]
        raise Invalid(f"{file} is not a file of a trial: it needs {', '.join(needed)} and rows", *problems)
    return table


def _arms(column: Any, plan: TrialPlan, name: str) -> Integers:
    """The numbers of the arms; -1 for an empty `sent`."""
    known = pc.index_in(column, value_set=pa.array(list(plan.codes)))
    empty = pc.equal(column, "") if name == "sent" else pa.scalar(False)
    strange = pc.and_(pc.is_null(known), pc.invert(empty))
    if pc.any(strange).as_py():
        codes = ", ".join(plan.codes)
        raise _refused("units.csv", name, "known-arm", f"some rows have none of the plan's arms, which are {codes}")
    return np.asarray(pc.fill_null(known, -1).to_numpy(), dtype=np.int64)


def _numbers(table: Any, name: str, missing: float | None = None) -> Floats:
    column = table[name]
    if missing is not None:
        column = pc.fill_null(column, missing)
    values = np.asarray(column.to_numpy(), dtype=np.float64)
    if not np.isfinite(values).all():
        gaps = int((~np.isfinite(values)).sum())
        raise _refused("the data", name, "filled", f"{gaps:,} rows have no number: write 0 where nothing happened")
    return values


def _outcome(table: Any, name: str, plan: TrialPlan) -> Floats:
    values = _numbers(table, name)
    shares = {m.column for m in plan.measured if plan.outcome(m).measure == "proportion"}
    if name in shares and not np.isin(values, (0, 1)).all():
        raise _refused("units.csv", name, "share", "a proportion has 1 for who did it and 0 for who did not")
    return values


def _outcome_columns(plan: TrialPlan) -> list[str]:
    return [measured.column for measured in plan.measured]


def _days(table: Any, name: str) -> Integers:
    if table[name].null_count:
        raise _refused("the data", name, "filled", "some rows have no date")
    return np.asarray(table[name].cast(pa.int32()).to_numpy(), dtype=np.int64)


def _coded(column: Any) -> tuple[Integers, tuple[str, ...]]:
    encoded = pc.dictionary_encode(column).combine_chunks()
    codes = tuple(encoded.dictionary.to_pylist()) or ("",)
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64), codes


def _clusters(table: Any) -> Integers:
    """Numbers of clusters; a customer without one is a cluster alone."""
    number, names = _coded(table["cluster"])
    alone = number == names.index("") if "" in names else np.zeros(number.size, dtype=bool)
    number = np.where(alone, len(names) + np.arange(number.size), number)
    return np.asarray(np.unique(number, return_inverse=True)[1], dtype=np.int64)


def _scale(table: Any) -> float:
    """How many pence an amount's unit has. Raises `Invalid` for amounts in two units."""
    units = set(table["amount_unit"].unique().to_pylist()) if "amount_unit" in table.column_names else {"pence"}
    if len(units) > 1 or not units <= set(PENCE):
        shown = ", ".join(sorted(units & set(PENCE))) or "none that is known"
        raise _refused(
            "outcomes.csv", "amount_unit", "one-unit", f"write all amounts in pence or all in pounds: here {shown}"
        )
    return PENCE[units.pop()] if units else 1.0


def _refused(file: str, column: str, rule: str, message: str) -> Invalid:
    return Invalid(f"{file}, column {column}: {message}", Problem(column, rule, message))
