"""A directory or rules that could fail later fail when they are read, with everything that is wrong and where."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from deploy.local.operate.notify import schema_of
from services.notifier.app import TEMPLATES
from services.notifier.messages import EVENTS
from services.notifier.rendering.templates import Templates
from services.notifier.rulebook.checks import OWN
from services.notifier.rulebook.rulebook import Rulebook, RulebookRefused, load_rulebook
from tests.deploy.given.otm import answer_of
from tests.notifier.given.desk import RULEBOOK, shipped

DIRECTORY = """\
on_call: rota
teams:
  rota:
    name: The rota
    contacts: [{role: rota, address: rota@authority.example}]
  press:
    name: Press Office
    contacts:
      - {role: newsdesk, address: press@authority.example}
"""
RULES = """\
rules:
  - code: started
    when: {event: wave.started.v1}
    to: press
    template: wave-started
  - code: final
    when: {before: launch, working_days: 10, at: "09:00"}
    to: [press, rota]
    template: final-notice
    acknowledge: [{after_hours: 4, remind: team}]
"""


def loaded(
    folder: Path, directory: str = DIRECTORY, rules: str = RULES, endpoints: frozenset[str] | None = None
) -> Rulebook:
    (folder / "directory.yaml").write_text(directory)
    (folder / "rules.yaml").write_text(rules)
    templates = Templates(TEMPLATES)
    return load_rulebook(folder / "directory.yaml", folder / "rules.yaml", EVENTS, templates, endpoints)


def refused(folder: Path, **files: Any) -> list[str]:
    with pytest.raises(RulebookRefused) as error:
        loaded(folder, **files)
    return error.value.message.splitlines()


def test_a_sound_rulebook_tells_who_is_told_what(tmp_path: Path) -> None:
    book = loaded(tmp_path)
    assert [rule.code for rule in book.on("wave.started.v1")] == ["started"]
    assert book.on("wave.ended.v1") == []
    final = book.rule("final")
    assert final is not None
    assert final.to == ("press", "rota")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("wave.started.v1", "wave.begun.v1", "rules.yaml:3: rule started can never fire: no event wave.begun.v1"),
        ("wave.started.v1", "wave.started.v2", "or write wave.started.v1"),
        ("to: press", "to: pres", "rules.yaml:4: there is no team pres. Add it to directory.yaml, or write press"),
        ("to: press", "to: event.void", "rules.yaml:4: wave.started.v1 names no team in void"),
        ("to: press", "to: event.wave", "rules.yaml:4: wave.started.v1 names no team in wave"),
        ("[press, rota]", "[press, event.team]", "rules.yaml:8: rule final has no event to take team from"),
        ("template: wave-started", "template: wave-begun", "rules.yaml:5: there is no template wave-begun"),
        ("template: wave-started", "template: rejected", "rejected.md:2: event.instead is no field that the rule at"),
        ("template: final-notice", "template: daily-actuals", "reckoning is no field that the rule at rules.yaml:9"),
        ("before: launch", "before: lanch", "rules.yaml:7: rules.1.when.before.before: input should be 'launch'"),
        ("before: launch", "befor: launch", "rules.yaml:7: rules.1.when: say when with one of event, before"),
        ('"09:00"', "9", 'rules.yaml:7: rules.1.when.before.at: write a time of day as "17:00"'),
        ("working_days: 10", "working_days: -10", "rules.yaml:7: rules.1.when.before.working_days"),
        ("remind: team", "remind: tema", "rules.yaml:10: rules.1.acknowledge.0.remind"),
        ("code: final", "code: started", "rules.yaml:6: there are two rules started"),
        ("to: press", "to: press\n    gather: 1", "rules.yaml:5: rules.0.gather: extra inputs"),
        ("to: press", "to: press\n    to: rota", "rules.yaml:5: to stands here a second time. Keep one of them"),
        ("    to: press", "    to: [press", "this is not YAML"),
        ("    to: press\n", "", "rules.yaml:2: rules.0.to: field required. Add to"),
    ],
)
def test_a_rule_that_could_not_work_is_named_with_its_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in RULES
    assert said in "\n".join(refused(tmp_path, rules=RULES.replace(right, wrong, 1)))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("on_call: rota", "on_call: rotas", "directory.yaml:1: there is no team rotas"),
        ("press@authority.example", "press", "directory.yaml:9: teams.press.contacts.0: e-mail goes to an address"),
        ("press@authority.example", "a@b@c", "directory.yaml:9: teams.press.contacts.0.address: this is not written"),
        ("press@authority.example", '"a@b\\nBcc: c@d"', "directory.yaml:9: teams.press.contacts.0.address"),
        ("press@authority.example}", "p@a.example, urgent_only: true}", "press cannot be told what is not urgent"),
        ("address: press@authority.example", "channel: slack, address: room", "directory.yaml:9: there is no endpoint"),
        (
            "name: Press Office",
            "name: Press Office\n    hours: {opens: 18:00, closes: 08:00}",
            "open before they close",
        ),
        (
            "name: Press Office",
            "name: Press Office\n    stand_ins: [{team: pres, from: 2026-12-24, until: 2027-01-02}]",
            "directory.yaml:8: there is no team pres",
        ),
    ],
)
def test_a_team_that_could_not_be_reached_is_named_with_its_line(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    assert right in DIRECTORY
    found = refused(tmp_path, directory=DIRECTORY.replace(right, wrong, 1), endpoints=frozenset({"chat"}))
    assert said in "\n".join(found)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    rules = RULES.replace("to: press", "to: pres").replace("template: final-notice", "template: finl-notice")
    directory = DIRECTORY.replace("on_call: rota", "on_call: nobody")
    assert [line.split(": ")[0] for line in refused(tmp_path, directory=directory, rules=rules)] == [
        "directory.yaml:1", "rules.yaml:4", "rules.yaml:9",
    ]  # fmt: skip


def test_a_rule_that_repeats_another_or_waits_for_what_nobody_is_asked_is_named(tmp_path: Path) -> None:
    repeated = RULES + "  - {code: again, when: {event: wave.started.v1}, to: press, template: wave-started}\n"
    assert refused(tmp_path, rules=repeated)[0].startswith("rules.yaml:11: rule again tells press what rule started")
    overdue = (
        RULES + "  - {code: late, when: {missing: disclosure, at: 09:00}, to: press, template: disclosure-overdue}\n"
    )
    assert "rules.yaml:11: rule late can never fire: nobody is asked about disclosures" in refused(
        tmp_path, rules=overdue
    )[0]  # fmt: skip


def test_a_field_that_no_rule_supplies_is_found_in_every_branch_of_a_template(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    for file in TEMPLATES.glob("*.md"):
        (folder / file.name).write_text(file.read_text())
    (folder / "wave-started.md").write_text(
        "Subject: {{ campaign.titel }}\n{% if false %}{{ event.chunk }}{% endif %}\n"
        "{% for arm in campaign.arms if arm.kontrol %}{{ arm.code }}{{ loop.index }}{% endfor %}{{ evnt }}"
    )
    with pytest.raises(RulebookRefused) as error:
        load_rulebook(RULEBOOK / "directory.yaml", RULEBOOK / "rules.yaml", EVENTS, Templates(folder))
    assert [(f.line, f.message.split(" ")[0]) for f in error.value.findings if f.file == "wave-started.md"] == [
        (1, "campaign.titel"), (2, "event.chunk"), (3, "arm.kontrol"), (3, "evnt"),
    ]  # fmt: skip


def test_what_ships_is_sound_fits_its_schema_and_has_no_idle_template() -> None:
    templates, book = shipped()
    assert {rule.template for rule in book.rules} | set(OWN) == templates.codes
    for kind in ("directory", "rules"):
        stored = json.loads((RULEBOOK / f"{kind}.schema.json").read_text())
        assert stored == schema_of(kind), f"run: otm notify schema {kind}"
        jsonschema_rs.validate(stored, yaml.safe_load((RULEBOOK / f"{kind}.yaml").read_text()))


@pytest.mark.stack
async def test_the_check_command_says_it_with_file_line_and_fix(tmp_path: Path) -> None:
    async def check(*files: Path) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local", "notify", "check", *map(str, files)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        answer = await answer_of(process)
        return answer.code, answer.printed

    wrong = tmp_path / "mine.yaml"
    wrong.write_text(RULES.replace("to: press", "to: pres-office"))
    assert await check() == (0, "13 teams and 56 rules hold together\n")
    code, printed = await check(wrong)
    assert code == 1
    assert "mine.yaml:4: there is no team pres-office. Add it to directory.yaml, or write press-office" in printed
