"""An export gives the same numbers anywhere, and a changed byte is seen."""

import csv
import io
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planner.evaluation.analysis import Trial, evaluate
from services.planner.evaluation.checks.conduct import EPOCH
from services.planner.evaluation.data.outcome_log import LeftOut, OutcomeLog, measure
from services.planner.evaluation.data.units import by_appearance
from services.planner.evaluation.files.archive import pack, unpack
from services.planner.evaluation.files.data_files import read_units
from services.planner.evaluation.files.export import exported, imported, read_trial
from services.planner.evaluation.report.pdf import report_pdf
from services.planner.evaluation.seal import seal
from shared.errors import Conflict, Invalid, Malformed
from tests.planner.evaluation.given.trials import AS_OF, STARTED, clustered, counted, plan, trial
from tests.support.pdf_text import pdf_text

START = (STARTED - EPOCH).days


def with_log() -> Trial:
    """Two arms of 200 with outcomes of every kind: late, void, of the last day that counts."""
    data = replace(counted((200, 0), (200, 0)), strata=("north", "south"), stratum=np.arange(400) % 2)
    log = OutcomeLog(
        unit=np.arange(0, 400, 2),
        code=np.zeros(200, dtype=np.int64),
        day=START + np.arange(200) % 35,
        amount=np.full(200, 1250.5),
        void=np.arange(200) % 50 == 0,
        codes=("paid",),
    )
    measured, left = measure(log, data, plan())
    return trial(plan(), measured, log=log, left_out=left, contacts={"letter": 12}, sealed=seal(plan()))


EXPORT = exported(with_log())


def test_an_export_read_back_gives_the_same_result() -> None:
    read, look, before = imported(EXPORT)
    assert look is None
    assert evaluate(read) == before == evaluate(with_log())


def test_an_export_of_clusters_and_excluded_days_gives_the_same_result() -> None:
    given = trial(plan(), clustered(2, clusters=60, arms=2), excluded={date(2026, 9, 1): "wrong page"})
    given = replace(
        given,
        units=replace(given.units, outcomes={"paid_30": (given.units.outcomes["paid_30"] > 0).astype(np.float64)}),
    )
    read, _, before = imported(exported(given))
    assert evaluate(read) == before == evaluate(given)


def test_clusters_are_numbered_by_their_first_customers_wherever_they_are_read() -> None:
    assert by_appearance(np.array([5, 2, 5, 9, 2])).tolist() == [0, 1, 0, 2, 1]
    read = read_units(b"unit,arm,cluster\na,control,z\nb,letter,\nc,control,z\nd,letter,b\n", plan())[0]
    assert read.cluster is not None
    assert read.cluster.tolist() == [0, 1, 0, 2]


def test_the_same_trial_exports_the_same_bytes() -> None:
    assert exported(with_log()) == EXPORT


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, len(EXPORT) - 1), flip=st.integers(1, 255))
def test_any_changed_byte_of_an_export_is_refused(place: int, flip: int) -> None:
    changed = bytearray(EXPORT)
    changed[place] ^= flip
    with pytest.raises(Malformed):
        imported(bytes(changed))


@pytest.mark.parametrize("packed", [b"", b"PK", b"unit,arm\n1,control\n", EXPORT[:-1], EXPORT + b"x", EXPORT[:500]])
def test_what_is_no_export_is_refused(packed: bytes) -> None:
    with pytest.raises(Malformed):
        imported(packed)


def test_an_export_packed_anew_with_another_plan_does_not_match_its_seal() -> None:
    files = unpack(EXPORT)
    files["plan.json"] = files["plan.json"].replace(b'"alpha":0.05', b'"alpha":0.1')
    with pytest.raises(Conflict, match="sealed"):
        imported(pack(files))
    del files["plan.json"]
    with pytest.raises(Malformed, match="lacks a file"):
        imported(pack(files))


def test_csv_and_parquet_say_the_same_and_the_dictionary_knows_every_column() -> None:
    files = unpack(EXPORT)
    for name in ("units", "outcomes"):
        rows = list(csv.reader(io.StringIO(files[f"{name}.csv"].decode())))
        table = pq.read_table(io.BytesIO(files[f"{name}.parquet"]))
        assert rows[0] == table.column_names
        assert len(rows) - 1 == table.num_rows
        known = {
            row["column"]
            for row in csv.DictReader(io.StringIO(files["data-dictionary.csv"].decode()))
            if row["table"] == name
        }
        assert set(rows[0]) <= known


def test_a_report_names_conclusion_checks_seal_and_versions_and_its_chart_can_be_read_aloud() -> None:
    files, result = unpack(EXPORT), evaluate(with_log())
    page = files["report.html"].decode()
    for said in (result.conclusion[0].split("`")[0], "Checks", seal(plan()), "statsmodels", "12"):
        assert said in page
    assert "<script" not in page
    assert result.conclusion[0].split("`")[0].strip() in pdf_text(files["report.pdf"])
    assert b"<title" in files["chart.svg"]
    assert b"<desc" in files["chart.svg"]


def test_a_reports_title_is_in_its_pdf_letter_by_letter_and_the_same_result_gives_the_same_bytes() -> None:
    named = plan(title="Treth ar rent tŷ: Łukasz Şahin, 李")
    once, again = (report_pdf(named, evaluate(with_log())) for _ in range(2))
    assert "Treth ar rent tŷ: Łukasz Şahin, [U+674E]" in pdf_text(once)
    assert once == again


def read(units: str, outcomes: str | None = None) -> Trial:
    return read_trial(plan(), units.encode(), outcomes.encode() if outcomes is not None else None, AS_OF, None)


UNITS = "unit,arm,started\na,control,2026-09-07\nb,control,2026-09-07\nc,letter,2026-09-07\nd,letter,2026-09-07\n"


def test_anybodys_files_are_read_with_marks_of_excel_and_clusters_left_empty() -> None:
    trial = read("\ufeffunit,arm,cluster,paid_30\na,control,x,1\nb,control,x,0\nc,letter,,1\nd,letter,,0\n")
    assert trial.units.cluster is not None
    assert len(set(trial.units.cluster.tolist())) == 3
    assert trial.units.sent.tolist() == [-1, -1, 1, 1]


def test_columns_that_the_plan_does_not_know_are_not_read() -> None:
    trial = read("unit,arm,remark,paid_30\na,control,first,1\nb,letter,second,0\n")
    assert trial.units.covariates == {}


def test_outcomes_said_twice_count_once_and_the_last_row_counts() -> None:
    outcomes = (
        "id,unit,outcome,on,amount,void\n1,c,paid,2026-09-10,5,0\n1,c,paid,2026-09-10,5,1\n2,zz,paid,2026-09-10,5,0\n"
    )
    trial = read(UNITS, outcomes)
    assert trial.left_out == LeftOut(void=1, repeated=1, unknown=1)
    assert trial.units.outcomes["paid_30"].sum() == 0


def test_amounts_in_pounds_become_pence() -> None:
    trial = read(UNITS, "unit,outcome,on,amount,amount_unit\nc,paid,2026-09-10,12.5,pounds\n")
    assert trial.log is not None
    assert trial.log.amount.tolist() == [1250.0]


@pytest.mark.parametrize(
    ("units", "outcomes", "says"),
    [
        ("", None, "units.csv"),
        ("unit,arm\n", None, "rows"),
        ("arm\ncontrol\n", None, "units.csv"),
        ("unit,arm\na,control\na,letter\n", None, "twice"),
        ("unit,arm\na,control\nb,Letter 2\n", None, "known-arm|none of the plan's arms"),
        ("unit,arm,sent\na,control,\nb,letter,other\n", None, "none of the plan's arms"),
        ("unit,arm,paid_30\na,control,1\nb,letter,\n", None, "no number"),
        ("unit,arm,paid_30\na,control,1\nb,letter,7\n", None, "1 for who did it"),
        ("unit,arm,paid_30\na,control,1\nb,letter,yes\n", None, "cannot be read"),
        ("unit,arm,started\na,control,07/09/2026\nb,letter,2026-09-07\n", None, "cannot be read"),
        ("unit,arm,started\na,control,\nb,letter,2026-09-07\n", None, "no date"),
        (
            UNITS,
            "unit,outcome,on,amount,amount_unit\nc,paid,2026-09-10,5,pence\nd,paid,2026-09-10,5,pounds\n",
            "pence, pounds",
        ),
        (UNITS, "unit,outcome,on,amount,amount_unit\nc,paid,2026-09-10,5,euro\n", "amount_unit"),
        ("unit,arm,arm\na,control,letter\n", None, "twice"),
        (UNITS, "unit,outcome\nc,paid\n", "outcomes.csv"),
        (UNITS, 'unit,outcome,on\nc,"paid,2026-09-10\n', "outcomes.csv"),
    ],
)
def test_files_that_cannot_be_a_trials_are_refused_with_the_file_or_column(
    units: str, outcomes: str | None, says: str
) -> None:
    with pytest.raises((Invalid, Malformed), match=says):
        read(units, outcomes)
