"""A trial's export: its data, plan, seal, result and report in one archive, and the trial read back from it."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from pydantic import ValidationError

from services.planner.evaluation.analysis import Trial, evaluate
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.data.outcome_log import LeftOut, measure, with_repeats
from services.planner.evaluation.data.units import Units
from services.planner.evaluation.files.archive import pack, unpack
from services.planner.evaluation.files.data_files import read_outcomes, read_units
from services.planner.evaluation.files.tables import dictionary, outcomes_table, units_table
from services.planner.evaluation.provenance import Provenance
from services.planner.evaluation.report.chart import chart
from services.planner.evaluation.report.page import report_html
from services.planner.evaluation.result import Evaluation
from services.planner.evaluation.seal import canonical, expect_seal, seal
from shared.errors import Invalid, Malformed, Problem

Writer = Callable[[Any, Any], None]


def exported(trial: Trial, look: int | None = None) -> bytes:
    """Returns the archive. Everything in it follows from the trial, so that it can be made again byte by byte."""
    result = evaluate(trial, look)
    about = {
        "as_of": trial.as_of.isoformat(),
        "look": look,
        "excluded": {day.isoformat(): why for day, why in trial.excluded.items()},
        "contacts": dict(trial.contacts),
        "left_out": trial.left_out.__dict__,
        "sealed": trial.sealed,
        "provenance": trial.provenance.model_dump(mode="json"),
    }
    from services.planner.evaluation.report.pdf import report_pdf  # a service is ready sooner without it

    units = units_table(trial.plan, trial.units)
    files = {
        "plan.json": canonical(trial.plan),
        "seal.json": _json({"seal": seal(trial.plan), "how": "SHA-256 of plan.json, which is canonical by RFC 8785"}),
        "trial.json": _json(about),
        "units.csv": _written(pa_csv.write_csv, units),
        "units.parquet": _parquet(units),
        "data-dictionary.csv": _dictionary(trial),
        "result.json": _json(result.model_dump(mode="json")),
        "report.html": report_html(trial.plan, result).encode(),
        "report.pdf": report_pdf(trial.plan, result),
        "chart.svg": chart(trial.plan, result).encode(),
    }
    if trial.log is not None:
        outcomes = outcomes_table(trial.log)
        files |= {"outcomes.csv": _written(pa_csv.write_csv, outcomes), "outcomes.parquet": _parquet(outcomes)}
    return pack(files)


def imported(packed: bytes) -> tuple[Trial, int | None, Evaluation]:
    """Returns the trial in an archive, the look it was exported for, and the result in it.

    Raises `Malformed` where the archive is none or was changed, `Conflict` where its plan does not match its seal.
    """
    files = unpack(packed)
    try:
        document, about = json.loads(files["plan.json"]), json.loads(files["trial.json"])
        expect_seal(document, json.loads(files["seal.json"])["seal"])
        plan = TrialPlan.model_validate(document)
        result = Evaluation.model_validate_json(files["result.json"])
        return _trial(plan, files, about), about["look"], result
    except (KeyError, ValueError, TypeError, AttributeError, ValidationError):
        raise Malformed("the export lacks a file or a field that every export has") from None


def read_trial(plan: TrialPlan, units: bytes, outcomes: bytes | None, as_of: date, sealed: str | None) -> Trial:
    """Returns a trial from anybody's own CSV files. Raises `Malformed` or `Invalid` for what they cannot be."""
    found, names = read_units(units, plan, dated=outcomes is not None)
    if outcomes is None:
        return Trial(plan, found, as_of, sealed=sealed)
    log, unread = read_outcomes(outcomes, names)
    measured, left = measure(log, found, plan)
    _expect_same(found, measured)
    left = with_repeats(left, unread.repeated, unread.unknown)
    return Trial(plan, measured, as_of, log, left, sealed=sealed)


def _expect_same(found: Units, measured: Units) -> None:
    """Raises `Invalid` where the customers' file says another outcome than the outcomes one by one."""
    for column, values in found.outcomes.items():
        unlike = int((~np.isclose(values, measured.outcomes[column], rtol=1e-9, atol=1e-6)).sum())
        if unlike:
            says = f"{unlike:,} customers have another value here than their outcomes come to: leave out the wrong one"
            raise Invalid(f"units.csv and outcomes.csv differ in {column}", Problem(column, "same", says))


def _trial(plan: TrialPlan, files: dict[str, bytes], about: dict[str, Any]) -> Trial:
    trial = read_trial(
        plan, files["units.csv"], files.get("outcomes.csv"), date.fromisoformat(about["as_of"]), about["sealed"]
    )
    excluded = {date.fromisoformat(day): why for day, why in about["excluded"].items()}
    left_out, known = LeftOut(**about["left_out"]), Provenance.model_validate(about.get("provenance", {}))
    return replace(trial, excluded=excluded, contacts=about["contacts"], left_out=left_out, provenance=known)


def _json(content: Any) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


def _written(write: Writer, table: Any) -> bytes:
    sink = pa.BufferOutputStream()
    write(table, sink)
    return bytes(sink.getvalue())


def _parquet(table: Any) -> bytes:
    return _written(lambda t, sink: pq.write_table(t, sink, compression="zstd"), table)


def _dictionary(trial: Trial) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(("table", "column", "meaning"))
    writer.writerows(dictionary(trial.plan, trial.units))
    return sink.getvalue().encode()
