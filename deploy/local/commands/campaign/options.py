"""Arguments and output that the campaign commands share."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.operate.campaigns.campaign import Desk
from deploy.local.terminal.errors_shown import errors_shown


def _tidy(reference: str) -> str:
    """Returns a reference as planner writes it: people copy spaces along, and type small letters."""
    return reference.strip().upper()


Reference = Annotated[str, typer.Argument(help="Such as OTM-26-0001.", callback=_tidy)]
Caller = Annotated[str, typer.Option("--as", help="Whose key of .otm/credentials.json to act with.")]
Why = Annotated[str, typer.Option("--reason", "-r", help="Why; it is kept in the history.")]
Seen = Annotated[int | None, typer.Option("--seen", help="Refuse if the campaign is no longer at this version.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A YAML or JSON file.")]


@contextmanager
def desk(caller: str) -> Iterator[Desk]:
    with errors_shown(Console(stderr=True)), Desk(caller) as opened:
        yield opened


def told(campaign: dict[str, Any], as_json: bool = False) -> None:
    """Prints the campaign's state and version, in one line."""
    if as_json:
        Console().print_json(json.dumps(campaign))
    else:
        typer.echo(f"{campaign['reference']} is {campaign['state']}, version {campaign['version']}")
