"""`otm campaign`: from an idea to a launch, or to something else, on real services."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import jsonschema_rs
import pytest
import yaml
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.operate.document import document
from deploy.local.stack.state import StackState
from deploy.local.terminal.campaign_words import STEPS
from services.planner.decisions.approve import Rejection
from services.planner.lifecycle import Step
from shared.working_days import add_working_days
from tests.support.ground import Ground
from tests.support.stage import Stage, stage

LAUNCH = add_working_days(date.today() + timedelta(days=20), 1)  # noqa: DTZ011
GATES = ("communications-tone", "analyst-sign-off", "data-protection", "affected-stakeholders", "strategy-unit",
         "senior-agreement")  # fmt: skip


class Campaign:
    """The command, as somebody types it in the stack's folder."""

    def __init__(self, running: Stage, folder: Path) -> None:
        StackState(urls=running.urls).write(running.home.state)
        self._environment = {"OTM_HOME": str(running.home.folder), "COLUMNS": "200"}
        self._folder = folder

    async def __call__(self, *arguments: object, code: int = 0) -> str:
        """Returns the standard output."""
        words = ["campaign", *(str(argument) for argument in arguments)]
        done = await asyncio.to_thread(CliRunner().invoke, app, words, env=self._environment)
        assert done.exit_code == code, done.output
        return done.output

    async def example(self, what: str) -> Path:
        """An example's file."""
        file = self._folder / f"{what}.yaml"
        file.write_text(await self("example", what, "--launch", LAUNCH))
        return file


async def test_a_campaign_goes_from_an_idea_to_its_launch(ground: Ground, amqp_url: str, tmp_path: Path) -> None:
    async with stage(ground, amqp_url, tmp_path / "stack") as running:
        otm = Campaign(running, tmp_path)
        for text, said in (
            ("title: [", "line 1: this is neither YAML nor JSON"),
            ("title: x\nlunch: 2026-01-01\n", "body.lunch"),
        ):
            (tmp_path / "wrong.yaml").write_text(text)
            assert said in await otm("create", tmp_path / "wrong.yaml", code=1)
        for command in ("create", "answer OTM-26-0001", "write-lines OTM-26-0001", "amend OTM-26-0001"):
            (tmp_path / "wrong.yaml").write_text("[1, 2]")
            assert "write fields" in await otm(*command.split(), tmp_path / "wrong.yaml", code=1)
        idea = tmp_path / "idea.json"
        idea.write_text('{"title": "An idea", "regime": "vat"}')
        one = json.loads(await otm("create", idea, "--json"))["reference"]
        assert "groups: say which groups" in await otm("missing", f" {one.lower()} ", code=1)
        assert "Nothing waits" in await otm("waiting", one), "nobody owes agreement to a draft"
        assert "cannot be made" in await otm("export", one, "--to", tmp_path / "idea.json" / "folder", code=1)
        refused = await otm("submit", one, code=1)
        assert "Refused (422): the campaign is not ready to be submitted" in refused
        assert "assessment.risk: this question is not answered [answered]" in refused

        plan = await otm.example("plan")
        assert "version 2" in await otm("amend", one, plan, "--reason", "The whole plan")
        assert "version 18" in await otm("answer", one, await otm.example("answers"))
        await otm("write-lines", one, await otm.example("lines"))
        assert "(403)" in await otm("approve-lines", one, 1, "--reason", "Mine", "--as", "designer", code=1)
        await otm("approve-lines", one, 1, "--reason", "Clear")
        assert "is submitted" in await otm("submit", one)
        assert "gates are passed in order" in await otm("pass", one, GATES[1], "--reason", "Sound", code=1)
        for gate in GATES:
            await otm("pass", one, gate, "--reason", "Sound", "--condition", "Tell the helplines on the day")
        assert "passed" in await otm("gates", one)
        assert "is being changed" not in await otm("missing", one, "launch", code=1)
        for team in ("customer-services", "debt-management", "press-office"):
            await otm("acknowledge", one, team)
        unmet = await otm("missing", one, "launch", code=1)
        for gate in GATES:
            assert f"conditions.{gate}.1: nobody has said that this is met: Tell the helplines on the day" in unmet
            await otm("meet-condition", one, gate, 1, "--reason", "They were told this morning")
        assert await otm("missing", one, "launch") == ""
        assert "is live" in await otm("launch", one, "--reason", "Everyone knows")
        assert "is paused" in await otm("pause", one, "--reason", "A wrong page")
        assert "a campaign that is paused cannot pause" in await otm("pause", one, "--reason", "Again", code=1)

        assert "Tell the helplines on the day" in await otm("conditions", one)
        owed = await otm("waiting", one)
        assert ("letter-issuer" in owed, "pass the gate" in owed) == (True, False)
        assert "week of" in await otm("forecast", one)
        assert "Why did I get this letter?" in await otm("lines", one)
        await otm("progress", one)
        kept = tmp_path / "kept.yaml"
        kept.write_text(await otm("plan", one))
        assert document(kept)["title"] == document(plan)["title"]
        await otm("export", one, "--to", tmp_path / "exported")
        taken = {"plan", "answers", "lines"}
        names = {*taken, "campaign", "gates", "stakeholders", "history", *(f"{kind}.schema" for kind in taken)}
        assert {path.stem for path in (tmp_path / "exported").iterdir()} == names
        for kind in taken:
            assert fits(tmp_path / "exported" / f"{kind}.yaml")
        assert document(tmp_path / "exported" / "plan.yaml") == document(kept)
        from_export = json.loads(await otm("create", tmp_path / "exported" / "plan.yaml", "--json"))["reference"]
        await otm("answer", from_export, tmp_path / "exported" / "answers.yaml")
        await otm("write-lines", from_export, tmp_path / "exported" / "lines.yaml")
        assert "is proposed" in await otm("waiting", from_export)

        history = await otm("history", one)
        assert "passed a gate" in history
        assert "A wrong page" in history
        for command in ("assessment", "stakeholders", "clashes", "show"):
            assert await otm(command, one)

        two = json.loads(await otm("clone", one, "The same again", "--json"))["reference"]
        assert "this is the answer of" in await otm("assessment", two)
        assert "is rejected" in await otm("reject", two, "--instead", "one-to-one", "--reason", "Too few")
        assert "rejected" in await otm("list")


def test_every_step_of_a_history_has_its_words() -> None:
    assert {each.value for each in Step} == set(STEPS)


def test_an_example_of_a_launch_that_no_calendar_has_room_for_is_refused() -> None:
    done = CliRunner().invoke(app, ["campaign", "example", "plan", "--launch", "9999-12-31"])
    assert (done.exit_code, "no campaign is launched after" in done.output) == (2, True)


def test_the_briefings_of_an_example_have_taken_place() -> None:
    printed = CliRunner().invoke(app, ["campaign", "example", "plan", "--launch", "2098-12-08"]).output
    assert date.fromisoformat(yaml.safe_load(printed)["press_office_briefed"]["on"]) <= date.today()  # noqa: DTZ011


def test_the_schema_of_a_plan_says_what_an_example_must_have() -> None:
    done = CliRunner().invoke(app, ["campaign", "schema"])
    schema = json.loads(done.output)
    assert schema["required"] == ["title", "regime"]
    example = CliRunner().invoke(app, ["campaign", "example", "plan", "--launch", "2026-12-07"])
    assert set(yaml.safe_load(example.output)) <= set(schema["properties"])
    assert not schema["additionalProperties"]


@pytest.mark.parametrize("kind", ["plan", "answers", "lines"])
def test_an_editor_checks_an_example_by_the_schema_that_is_printed(kind: str, tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["campaign", "schema", kind]).output
    (tmp_path / f"{kind}.schema.json").write_text(printed)
    example = CliRunner().invoke(app, ["campaign", "example", kind, "--launch", "2026-12-07"]).output
    file = tmp_path / f"{kind}.yaml"
    file.write_text(f"# yaml-language-server: $schema={kind}.schema.json\n{example}")
    assert fits(file)
    file.write_text(file.read_text() + "titel: A slip\n")
    assert not fits(file)


def test_an_editor_completes_the_questions_of_the_assessment() -> None:
    schema = json.loads(CliRunner().invoke(app, ["campaign", "schema", "answers"]).output)
    assert "vulnerable" in schema["properties"]["reaction"]["description"]


def fits(file: Path) -> bool:
    """Returns whether a file is as the schema says that its first line names, beside it."""
    head, _, _ = file.read_text().partition("\n")
    schema = file.with_name(head.removeprefix("# yaml-language-server: $schema="))
    content = json.loads(json.dumps(yaml.safe_load(file.read_text()), default=str))
    return jsonschema_rs.validator_for(json.loads(schema.read_text())).is_valid(content)


async def test_without_a_stack_it_says_how_to_start_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["campaign", "list"], env={"OTM_HOME": str(tmp_path)})
    assert (done.exit_code, "otm up" in done.output) == (1, True)


def test_other_approaches_are_named_with_when_to_turn_to_them() -> None:
    """The command, the API and docs/guidance.md name the same ones, and the document says when each is right."""
    known = set(get_args(Rejection.model_fields["instead"].annotation))
    page = (Path(__file__).parents[3] / "docs" / "guidance.md").read_text().split("## Other approaches")[1]
    rows = [
        line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `") and "--instead" not in line
    ]
    assert {code.strip(" `") for code, _ in rows} == known
    assert all(len(when.split()) > 8 for _, when in rows)
    shown = CliRunner().invoke(app, ["campaign", "reject", "--help"], env={"COLUMNS": "200"}).output
    assert all(code in shown for code in known)
    assert "Compliance Toolkit" in page
