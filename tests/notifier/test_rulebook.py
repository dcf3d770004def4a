"""A rulebook that could fail later fails when it is read, with everything that is wrong."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.notifier.messages import HEARS
from services.notifier.rulebook import Rulebook, load_rulebook
from shared.errors import Invalid
from tests.notifier.desk import rulebook_file, shipped

RULE = {"code": "started", "event": "wave.started.v1", "team": "press-office", "template": "wave-started"}
TEAMS = {"press-office": {"name": "Press Office", "email": "press-office@authority.example"}}


def loaded(folder: Path, rules: list[dict[str, Any]], teams: dict[str, Any] | None = None) -> Rulebook:
    file = folder / "rulebook.yaml"
    file.write_text(yaml.safe_dump({"teams": teams or TEAMS, "rules": rules}))
    return load_rulebook(file, ["wave.started.v1"], ["wave-started"])


def test_a_sound_rulebook_tells_who_is_told_what(tmp_path: Path) -> None:
    book = loaded(tmp_path, [RULE, RULE | {"code": "named", "team": "*", "digest_minutes": 15}])
    assert [rule.code for rule in book.on("wave.started.v1")] == ["started", "named"]
    assert book.on("wave.ended.v1") == []


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"event": "wave.begun.v1"}, ("rules.started", "unknown-event")),
        ({"event": "wave.started.v2"}, ("rules.started", "unknown-event")),
        ({"team": "pres-office"}, ("rules.started", "unknown-team")),
        ({"template": "wave-begun"}, ("rules.started", "unknown-template")),
        ({"digest_minutes": 0}, ("rules.0.digest_minutes", "greater_than_equal")),
        ({"digets_minutes": 15}, ("rules.0.digets_minutes", "extra_forbidden")),
    ],
)
def test_a_rule_that_could_not_work_is_named(tmp_path: Path, changes: dict[str, Any], broken: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        loaded(tmp_path, [RULE | changes])
    assert [(problem.field, problem.rule) for problem in refused.value.problems] == [broken]
    assert "rulebook.yaml" in refused.value.message


def test_two_rules_of_one_name_and_everything_else_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        loaded(tmp_path, [RULE, RULE | {"team": "nobody", "template": "nothing"}])
    assert {(problem.field, problem.rule) for problem in refused.value.problems} == {
        ("rules", "unique-codes"), ("rules.started", "unknown-team"), ("rules.started", "unknown-template"),
    }  # fmt: skip


@pytest.mark.parametrize("email", ["nobody", "a@b@c", "two words@authority.example", "a@b\nBcc: c@d"])
def test_a_team_that_could_not_be_reached_is_refused(tmp_path: Path, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        loaded(tmp_path, [RULE], {"press-office": {"name": "Press Office", "email": email}})
    assert refused.value.problems[0].field == "teams.press-office.email"


def test_the_rulebook_that_ships_is_sound_and_no_template_of_it_is_idle() -> None:
    templates, book = shipped()
    assert {rule.template for rule in book.rules} == templates.codes
    assert {rule.event for rule in book.rules} <= {contract.event_type for contract in HEARS}
    assert set(yaml.safe_load(rulebook_file().read_text())["teams"]) == set(book.teams)
