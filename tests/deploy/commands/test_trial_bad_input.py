"""Input that no trial can be made of: `otm trial` answers each with words and exit code 1, and never a traceback."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.export import exported
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
    ],
    ids=["one arm", "an arm of nobody", "a cluster in two arms", "an outcome after its horizon", "another seal",
         "amounts in two units", "clusters of one", "a day that is none", "a look that was not planned"],
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
