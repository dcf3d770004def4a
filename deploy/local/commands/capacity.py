"""`otm capacity`: `show`, `set`, `load`, how many contacts each team can take on a working day."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.errors import StackError
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import local_time

capacity = typer.Typer(help="How many contacts each team can take on a working day.", no_args_is_help=True)
Caller = Annotated[str, typer.Option("--as", help="Whose key of .otm/credentials.json to act with.")]
Why = Annotated[str, typer.Option("--reason", "-r", help="Why; it is kept with the version.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A reviewed YAML or JSON file.")]
Team = Annotated[str, typer.Argument(help="Such as customer-services.")]


@capacity.command()
def show(
    team: Annotated[str | None, typer.Argument(help="One team; without it, every team.")] = None,
    versions: Annotated[bool, typer.Option("--versions", help="Every version of that team's.")] = False,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """The capacity of every team, or of one, with who set it, when and why."""
    from deploy.local.operate.campaigns.capacity import capacities

    with errors_shown(Console(stderr=True)):
        if versions and team is None:
            raise StackError("say which team: otm capacity show customer-services --versions")
        _print(capacities(caller, team, versions=versions), as_json)


@capacity.command("set")
def set_(
    team: Team,
    fields: Annotated[list[str], typer.Argument(help="As contacts=400 base-load=150 opens=08:00 2026-12-24=100")],
    why: Why = "",
    as_json: AsJson = False,
    caller: Annotated[str | None, typer.Option("--as", help="Whose key to act with, else the team's lead.")] = None,
) -> None:
    """Say what a team can take; what is not named stays as it is, and so do other days.

    Fields: contacts and base-load of a working day, handling-seconds, opens, closes, patience-seconds, and days with
    another number of contacts.
    """
    from deploy.local.operate.campaigns.capacity import change

    with errors_shown(Console(stderr=True)):
        _print([change(caller or f"{team}-lead", team, fields, why)], as_json)


@capacity.command()
def load(file: File, as_json: AsJson = False, caller: Caller = "intake-lead") -> None:
    """Set the capacities of a reviewed file, all of them or none."""
    from deploy.local.operate.campaigns.capacity import load as loaded

    with errors_shown(Console(stderr=True)):
        _print(loaded(caller, file), as_json)


def _print(kept: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(kept))
        return
    for each in kept:
        for line in _told(each):
            typer.echo(line)


def _told(kept: Mapping[str, Any]) -> Iterator[str]:
    found = kept["capacity"]
    opened = f"open {found['opens'][:5]} to {found['closes'][:5]}"
    yield (
        f"{found['team']}: {found['contacts']:,} contacts a day, {found['base_load']:,} of them other work; {opened}; "
        f"{found['handling_seconds']} s each"
    )
    for day in found["exceptions"]:
        yield f"  {local_time(day['on'])}: {day['contacts']:,} contacts"
    why = f": {kept['reason']}" if kept["reason"] else ""
    yield f"  version {kept['version']} by {kept['by']}, {local_time(kept['at'])}{why}"
