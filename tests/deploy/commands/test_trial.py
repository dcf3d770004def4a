"""`otm trial` needs files alone; it refuses what is wrong in words, never with a traceback."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from deploy.local.cli import app
from services.planner.evaluation.files.export import exported
from services.planner.evaluation.seal import seal
from tests.planner.evaluation.given.trials import counted, plan, trial

Run = Callable[..., Any]
PHILADELPHIA = "arm,customers,did\nholdout,2088,637\nlien,2432,961\nsheriff,2419,914\n"


@pytest.fixture
def otm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, ["trial", *words])


def written(name: str, content: Any) -> str:
    path = Path(name)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return name


def document(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = plan(customers=36_000, **changes).model_dump(mode="json", exclude_none=True)
    return found


def test_a_design_is_said_in_words_and_as_json(otm: Run) -> None:
    file = written("plan.yaml", document())
    said = otm("design", file)
    assert said.exit_code == 0
    assert "18,000 letters (36,000 customers with those in control) can show a change of" in said.stdout
    found = json.loads(otm("design", file, "--json").stdout)
    assert found["enough"] is True
    assert len(found["seal"]) == 64


def test_a_design_that_is_too_small_exits_with_1_and_says_what_it_could_show(otm: Run) -> None:
    said = otm("design", written("plan.yaml", document() | {"customers": 900}))
    assert said.exit_code == 1
    assert "too few" in said.stdout


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"clusters": {"mean_size": 3}}, "clusters.icc: say the intra-cluster correlation"),
        ({"arms": [{"code": "control", "control": True}]}, "at least two arms"),
        ({"typo": 1}, "typo: is no field of a plan"),
        ({"smallest_effect": None}, "smallest_effect: write a number"),
        ({"outcomes": []}, "outcomes: at least 1 entries"),
        ({"power": 2}, "power: 0.999 or less"),
    ],
)
def test_a_plan_that_is_wrong_is_refused_at_its_field(otm: Run, change: dict[str, Any], says: str) -> None:
    said = otm("design", written("plan.yaml", document() | change))
    assert said.exit_code == 1
    assert says in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "{", "just words", b"PK\x03\x04", b"\xff\xfe"])
def test_what_is_no_plan_is_refused_in_words(otm: Run, content: str | bytes) -> None:
    said = otm("design", written("plan.yaml", content))
    assert said.exit_code == 1
    assert said.stderr
    assert "Traceback" not in said.stderr


def test_a_seal_is_verified_from_the_plan_and_the_published_event_alone(otm: Run) -> None:
    file, sealed = written("plan.yaml", document()), seal(plan(customers=36_000))
    event = written("approved.json", json.dumps({"data": {"campaign": "OTM-26-0001", "analysis_plan_sha256": sealed}}))
    assert otm("verify-seal", file, sealed).exit_code == 0
    assert sealed in otm("verify-seal", file, event).stdout
    changed = otm("verify-seal", written("changed.yaml", document() | {"alpha": 0.1}), event)
    assert changed.exit_code == 1
    assert "not the one that was sealed" in changed.stderr


def test_a_file_without_a_seal_is_refused(otm: Run) -> None:
    said = otm("verify-seal", written("plan.yaml", document()), written("other.json", "{}"))
    assert said.exit_code == 1
    assert "holds no seal" in said.stderr


def test_an_export_gives_the_same_numbers_and_a_changed_one_is_refused(otm: Run) -> None:
    packed = exported(trial(plan(), counted((1000, 300), (1000, 380)), sealed=seal(plan())))
    said = otm("analyse", written("export.zip", packed))
    assert said.exit_code == 0
    assert "The numbers are those in the export." in said.stdout
    assert "by about 8.0 points" in said.stdout
    assert json.loads(otm("analyse", "export.zip", "--json").stdout)["same_as_export"] is True
    changed = otm("analyse", written("changed.zip", packed[:400] + b"?" + packed[401:]))
    assert changed.exit_code == 1
    assert "was changed" in changed.stderr


def test_anybodys_csv_is_analysed_by_a_plan_and_can_be_exported(otm: Run) -> None:
    rows = ["unit,arm,paid_30", *(f"c{n},{'letter' if n % 2 else 'control'},{int(n % 5 < 2)}" for n in range(400))]
    units, file = written("units.csv", "\n".join(rows)), written("plan.yaml", document())
    said = otm("analyse", units, "--plan", file, "--export", "out.zip")
    assert said.exit_code == 0, said.stderr
    assert "could not tell" in said.stdout
    assert "No seal of this plan was published" in said.stdout
    assert otm("analyse", "out.zip").exit_code == 0


def test_a_failing_check_stands_before_every_effect_and_exits_with_1(otm: Run) -> None:
    said = otm("analyse", written("export.zip", exported(trial(plan(), counted((1000, 300), (700, 380))))))
    assert said.exit_code == 1
    assert said.stdout.index("cannot tell") < said.stdout.index("FAILS") < said.stdout.index("Effects")


def test_a_printed_table_gives_its_effects(otm: Run) -> None:
    effects = json.loads(otm("compare", written("table.csv", PHILADELPHIA), "--json").stdout)
    assert [(round(100 * e["estimate"], 1), round(100 * e["standard_error"], 1), e["stars"]) for e in effects] == [
        (9.0, 1.4, "***"),
        (7.3, 1.4, "***"),
    ]
    assert "***" in otm("compare", "table.csv", "--correction", "dunnett").stdout
    assert otm("compare", "table.csv", "--correction", "scheffe").exit_code == 1
    assert otm("compare", written("bad.csv", "arm,customers\na,many\n")).exit_code == 1
