"""Decisions that wait for a person: `waiting`."""

import json

import typer
from rich.console import Console

from deploy.local.commands.campaign.options import Caller, desk
from deploy.local.terminal.printing import AsJson


def add_to(app: typer.Typer) -> None:
    app.command("waiting")(waiting)


def waiting(as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Proposed schedules to accept or decline, and campaigns on which the closed loop may do nothing more."""
    with desk(caller) as opened:
        found = opened.waiting()
    if as_json:
        Console().print_json(json.dumps(found))
        return
    for each in found:
        what = f"proposal {each['number']}" if each["kind"] == "refit" else "the closed loop's time has ended"
        typer.echo(f"{each['campaign']}, {each['title']}: {what}, since {each['since'][:16]}")
        for words in each["says"]:
            typer.echo(f"  {words}")
    if not found:
        typer.echo("nothing waits for a decision")
