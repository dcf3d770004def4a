"""Campaigns as files: `plan`, `export`, `lines`, `schema`."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from deploy.local.commands.campaign.options import Caller, Reference, desk
from deploy.local.operate.campaigns.files import as_file, as_yaml, exported, plan_of, schema
from deploy.local.operate.output_file import expect_writable, make_folder
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import local_time


def add_to(app: typer.Typer) -> None:
    for command in (plan, export, lines):
        app.command()(command)
    app.command("schema")(schema_)


def plan(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Print the plan as it is now, as YAML: change it and give it to `amend`."""
    with desk(caller) as opened:
        found = plan_of(opened.read(f"/{campaign}"))
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else as_yaml(found), nl=as_json)


def export(
    campaign: Reference,
    to: Annotated[Path, typer.Option("--to", file_okay=False, help="The folder to write to; made if need be.")],
    caller: Caller = "designer",
) -> None:
    """Save all about a campaign as YAML: plan, answers and lines as commands take them, each with its schema beside it
    for editors, gates, teams, history.
    """
    with desk(caller) as opened:
        files = exported(opened, campaign)
        make_folder(to)
        for name in files:
            expect_writable(to / name)
        for name, content in files.items():
            (to / name).write_text(as_file(name, content), encoding="utf-8")
            typer.echo(str(to / name))


def lines(
    campaign: Reference,
    version: Annotated[int | None, typer.Option(min=1, help="Else the one in use.")] = None,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Show the lines to take in words: questions and answers, scripts, media lines."""
    with desk(caller) as opened:
        present = opened.read(f"/{campaign}/lines-to-take")
        used = present["published"] or present["proposed"]
        number = version or (used["version"] if used else None)
        words = opened.read(f"/{campaign}/lines-to-take/{number}") if number else None
    if as_json:
        Console().print_json(json.dumps(words))
        return
    console = Console(highlight=False)
    if words is None:
        console.print("There are none yet: `otm campaign write-lines` writes them")
        return
    console.print(f"Version {number}, {_standing(number, present)}")
    for line in words["lines"]:
        console.print(f"\n[bold]{escape(line['question'])}[/]{_for(line)}\n{escape(line['answer'])}")
    for script in words["scripts"]:
        console.print(f"\n[bold]Script: {escape(script['title'])}[/]{_for(script)}\n{escape(script['body'])}")
    for media in words["media"]:
        until = f", not before {local_time(media['embargo'])}" if media["embargo"] else ""
        console.print(f"\n[bold]For the press[/] ({media['language']}{until})\n{escape(media['body'])}")


def schema_(kind: Annotated[Literal["plan", "answers", "lines"], typer.Argument()] = "plan") -> None:
    """Print the JSON schema of a plan, of answers or of lines to take, for editors.

    In an editor with YAML support, save it and begin the file with: # yaml-language-server: $schema=plan.schema.json
    (`otm campaign export` does both).
    """
    typer.echo(json.dumps(schema(kind), indent=2))


def _standing(number: int | None, present: dict[str, dict[str, int] | None]) -> str:
    if (published := present["published"]) and published["version"] == number:
        return "in use"
    if (proposed := present["proposed"]) and proposed["version"] == number:
        return "not approved yet"
    return "used before"


def _for(part: dict[str, object]) -> str:
    arms = part.get("arms")
    further = f", for {', '.join(map(str, arms))}" if isinstance(arms, list) and arms else ""
    return f" ({part['language']}{further})"
