"""Input that no trial can be made of: `otm trial` answers each with words and exit code 1, and never a traceback."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.files.archive import pack, unpack
from services.planner.evaluation.files.export import exported
from tests.planner.evaluation.given.trials import counted, plan, trial

PLAN = """
arms: [{code: control, control: true}, {code: letter}]
outcomes: [{code: paid, horizons: [30], expected: 0.3}]
primary: {outcome: paid, horizon: 30}
smallest_effect: 0.03
"""
ONE_ARM = PLAN.replace(", {code: letter}", "")
CUSTOMERS = "".join(f"{n},{'letter' if n % 2 else 'control'},2026-09-07,c{n}\n" for n in range(40))
UNITS = f"unit,arm,started,cluster\n{CUSTOMERS}"
OUTCOMES = "unit,outcome,on,amount,amount_unit\n"
CLUSTERS = "clusters: {mean_size: 2, icc: 0.1}\n"
LINE, DONE = "\n", ",2026-09-07,1\n"
BARE = "".join(f"{n},{'letter' if n % 2 else 'control'}\n" for n in range(40))
PAID = "".join(f"{n},paid,2026-10-{n % 7 + 1:02d},500,pence\n" for n in range(10))


@pytest.mark.parametrize(
    ("plan_text", "units", "outcomes", "further", "says"),
    [
        (ONE_ARM, UNITS, OUTCOMES + PAID, [], "a trial compares at least two arms"),
        (PLAN, UNITS.replace(",letter,", ",control,"), OUTCOMES + PAID, [], "no customer is in arm letter"),
        (PLAN, UNITS.replace(",c1\n", ",c0\n"), OUTCOMES + PAID, [], "customers in two arms"),
        (PLAN, UNITS, OUTCOMES + PAID + "3,paid,2026-12-01,5,pence\n", [], "1 dated after every horizon"),
        (PLAN, UNITS, OUTCOMES + PAID, ["--seal", "9f2c" * 16], "not the one that was sealed"),
        (PLAN, UNITS, OUTCOMES + PAID + "3,paid,2026-10-01,5,pounds\n", [], "all amounts in pence or all in pounds"),
        (PLAN, UNITS, OUTCOMES + PAID, [], "Every cluster has one customer"),
        (PLAN, UNITS, OUTCOMES + PAID, ["--exclude", "yesterday"], "say a day and why it is left out"),
        (PLAN, UNITS, OUTCOMES + PAID, ["--look", "2"], "there is no look 2"),
        (PLAN, f"unit,arm\n{BARE}", OUTCOMES + PAID, [], "units.csv.started: there is no such column"),
        (PLAN + CLUSTERS, UNITS.replace("cluster\n", "remark\n"), OUTCOMES + PAID, [], "cluster: the plan randomises"),
        (PLAN + "stratified: true\n", UNITS, OUTCOMES + PAID, [], "units.csv.stratum: there is no such column"),
        (PLAN + "adjust_for: [arm]\n", UNITS, OUTCOMES + PAID, [], "adjust_for.0: adjust for what was known"),
        (PLAN + "adjust_for: [paid_30]\n", UNITS, OUTCOMES + PAID, [], "adjust_for.0: adjust for what was known"),
        (PLAN + "adjust_for: [owed, owed]\n", UNITS, OUTCOMES + PAID, [], "adjust_for.1: it is there twice"),
        (PLAN.replace("[30]", "[30, 30]"), UNITS, OUTCOMES + PAID, [], "outcomes.0.horizons: a horizon is there twice"),
        (PLAN, UNITS.replace(",", ";"), OUTCOMES + PAID, [], "save it as CSV with commas"),
        (PLAN, UNITS.replace("3,letter,2026", "3,letter,0206"), OUTCOMES + PAID, [], "row 4 of the data has a date"),
        (PLAN, UNITS, OUTCOMES + PAID + "3,paid,2026-10-01,1e300,pence\n", [], "row 11 of the data has a number"),
        (PLAN, UNITS.replace("3,letter,", "3,Letter,"), OUTCOMES + PAID, [], "control, letter (3 others likewise)"),
        (PLAN, f"unit,arm,started,paid_30\n{BARE.replace(LINE, DONE)}", OUTCOMES + PAID, [], "differ in paid_30"),
    ],
    ids=["one arm", "an arm of nobody", "a cluster in two arms", "an outcome after its horizon", "another seal",
         "amounts in two units", "clusters of one", "a day that is none", "a look that was not planned",
         "outcomes without a first day", "clusters nobody knows", "strata nobody knows", "adjusted for the arm",
         "adjusted for the outcome", "adjusted twice", "a horizon twice", "semicolons", "a year mistyped",
         "an amount beyond belief", "an arm spelt otherwise", "two files that differ"],
)  # fmt: skip
def test_each_is_an_error_or_a_warning_before_the_result(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plan_text: str,
    units: str,
    outcomes: str,
    further: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in (("plan.yaml", plan_text), ("units.csv", units), ("outcomes.csv", outcomes)):
        Path(name).write_text(content)
    words = ["trial", "analyse", "units.csv", "--plan", "plan.yaml", "--outcomes", "outcomes.csv"]
    answer = CliRunner().invoke(app, [*words, "--as-of", "2027-01-31", *further])
    assert answer.exit_code == 1 or says in answer.output.split("Effects (")[0], answer.output
    assert says in " ".join(answer.output.split()), answer.output
    assert "Traceback" not in answer.output
    assert answer.exception is None or isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize("place", [0, 40, 200, -10])
def test_an_export_with_a_changed_byte_is_refused(tmp_path: Path, place: int) -> None:
    packed = bytearray(exported(trial(plan(), counted((40, 10), (40, 20)))))
    packed[place] ^= 1
    (tmp_path / "export.zip").write_bytes(packed)
    answer = CliRunner().invoke(app, ["trial", "analyse", str(tmp_path / "export.zip")])
    assert (answer.exit_code, "Refused" in answer.output) == (1, True)


def test_a_file_that_is_not_there_is_named_with_what_can_be_given(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["trial", "analyse", str(tmp_path / "nothing.zip")])
    assert (answer.exit_code, "or a campaign as OTM-26-0001" in " ".join(answer.output.split())) == (1, True)


def test_a_million_clusters_of_one_are_analysed_one_by_one_with_a_warning() -> None:
    customers = counted((500_000, 150_000), (500_000, 160_000))
    given = trial(plan(), type(customers)(**vars(customers) | {"cluster": np.arange(1_000_000)}))
    result = evaluate(given)
    assert "clusters" in {check.code for check in result.checks if check.verdict == "warns"}
    assert result.effects[0].shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["export.zip", "--as-of", "2027-01-31"], "leave out --as-of: an export has its own"),
        (["export.zip", "--outcomes", "units.csv"], "leave out --outcomes: an export has its own"),
        (["export.zip", "--seal", "9f2c" * 16], "not the one that was sealed"),
        (["export.zip", "--look", "0"], "there is no look 0"),
        (["export.zip", "--export", "no/such/folder.zip"], "cannot be written"),
        (["OTM-26-0001", "--plan", "plan.yaml", "--seal", "9f2c"], "leave out --plan and --seal: planner analyses"),
        (["units.csv"], "say its plan with --plan"),
        (["units.csv", "--plan", "plan.yaml"], "paid_30: say of each customer what came of paid"),
    ],
)
def test_an_option_that_means_nothing_for_the_data_or_a_file_that_lacks_something_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("export.zip").write_bytes(exported(trial(plan(), counted((1000, 300), (1000, 380)))))
    Path("plan.yaml").write_text(PLAN)
    Path("units.csv").write_text(UNITS)
    answer = CliRunner().invoke(app, ["trial", "analyse", *words])
    assert (answer.exit_code, says in " ".join(answer.output.split())) == (1, True), answer.output
    assert answer.exception is None or isinstance(answer.exception, SystemExit)


def test_an_export_packed_anew_by_somebody_else_is_refused_in_words(tmp_path: Path) -> None:
    files = unpack(exported(trial(plan(), counted((1000, 300), (1000, 380)))))
    about = json.loads(files["trial.json"])
    changes: list[dict[str, Any]] = [
        {"look": None},
        {"excluded": []},
        {"left_out": {"lost": 1}},
        {"as_of": "soon"},
        {"as_of": 5},
    ]
    for broken in changes:
        changed = {**about, **broken} if "look" not in broken else {k: v for k, v in about.items() if k != "look"}
        (tmp_path / "export.zip").write_bytes(pack(files | {"trial.json": json.dumps(changed).encode()}))
        answer = CliRunner().invoke(app, ["trial", "analyse", str(tmp_path / "export.zip")])
        assert (answer.exit_code, "Refused: the export lacks" in answer.output) == (1, True), (broken, answer.output)


@pytest.mark.parametrize("sealed", ["x" * 300, ".", "9f2c", ""])
def test_a_seal_that_is_none_is_refused_with_what_can_be_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLAN)
    answer = CliRunner().invoke(app, ["trial", "verify-seal", "plan.yaml", sealed])
    assert (answer.exit_code, "64 signs" in " ".join(answer.output.split())) == (1, True), answer.output


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("arm,customers,did\na,10,1\na,10,2\n", "at least two arms"),
        ("arm,customers,did\na,10,1\nb,10,2\nb,10,3\n", "arm b has 2 rows"),
        ("arm,customers,mean,deviation\na,10,1,nan\nb,10,2,1\n", "not a table of arms"),
        ("arm,customers,mean,deviation\na,10,1,inf\nb,10,2,1\n", "not a table of arms"),
        ("arm,customers,did\na,1e400,1\nb,10,2\n", "not a table of arms"),
        (f"arm,customers,did\na,{10**30},1\nb,10,2\n", "not a table of arms"),
        ("arm,customers,did\na,10,1,7\nb,10,2\n", "not a table of arms"),
        ("arm,cluster,customers,did\na,x,10,1\nb,x,10,2\n", "cluster x has 2 rows"),
        ("arm,cluster,customers,did\na,x,10,1\na,y,9,1\nb,z,10,2\n", "arm b has one cluster"),
        ("arm,cluster,customers,did\na,x,10,1\na,,9,1\nb,z,10,2\nb,w,3,1\n", "name the cluster in every row"),
        ("arm,cluster,customers,did\na,x,10,11\na,y,0,0\nb,z,10,2\nb,w,3,1\n", "between 0 and 10"),
    ],
)
def test_a_table_that_no_trial_can_have_is_refused(tmp_path: Path, table: str, says: str) -> None:
    (tmp_path / "table.csv").write_text(table)
    answer = CliRunner().invoke(app, ["trial", "compare", str(tmp_path / "table.csv")])
    assert (answer.exit_code, says in " ".join(answer.output.split())) == (1, True), answer.output
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
