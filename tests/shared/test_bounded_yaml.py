"""Files of our own staff that would unfold without end are refused at once, with the line."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from deploy.local.errors import StackError
from deploy.local.operate.document import document
from services.dispatcher.suppression.rules_file import load_suppression_rules
from services.notifier.rulebook.endpoints import load_endpoints
from services.notifier.rulebook.yaml_lines import read_marked
from services.planner.agreement.gates_file import load_gates
from shared.errors import Invalid
from shared.reading.bounded_yaml import BeyondBounds, bounded
from shared.retention.policy import load_policy
from shared.web.site.roles import load_roles

BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = "[" * 5_000
BROKEN = "teams: ["


READERS: dict[str, Callable[[Path], object]] = {
    "gates": load_gates,
    "retention": load_policy,
    "roles": load_roles,
    "suppression": load_suppression_rules,
}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("text", "where"),
    [(BOMB, ", line 2: "), (DEEP, ", line 1: "), (BROKEN, ", line 1: this is not YAML"), ("x", "")],
)
def test_a_file_of_a_service_that_cannot_be_is_refused_with_its_name_and_the_line(
    tmp_path: Path, kind: str, text: str, where: str
) -> None:
    file = tmp_path / f"{kind}.yaml"
    file.write_text(text)
    with pytest.raises(Invalid, match=f"{kind}.*{where}"):
        READERS[kind](file)


@pytest.mark.parametrize(("text", "line"), [(BOMB, 2), (DEEP, 1)])
def test_a_bomb_and_five_thousand_brackets_are_refused_with_the_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    (finding,) = read_marked(file).findings
    assert finding.line == line
    with pytest.raises(StackError, match=f"line {line}: "):
        document(file)


def test_what_people_write_is_read_as_it_stands() -> None:
    for file in (Path("services/planner/agreement/gates.yaml"), Path("services/notifier/rulebook/files/rules.yaml")):
        assert bounded(file.read_text()) == file.read_text()
    for end in ("", "\n\n"):
        with pytest.raises(yaml.MarkedYAMLError) as refused:
            bounded(BROKEN + end)
        assert not isinstance(refused.value, BeyondBounds)
        assert refused.value.problem_mark is not None
        assert refused.value.problem_mark.line == 0


@pytest.mark.parametrize("text", ["{", DEEP, "{'a': 1}"])
def test_broken_json_is_refused_without_a_traceback(tmp_path: Path, text: str) -> None:
    file = tmp_path / "endpoints.json"
    file.write_text(text)
    with pytest.raises(Invalid, match=r"endpoints.json:1: this is not JSON"):
        load_endpoints(file)
