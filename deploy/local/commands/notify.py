"""`otm notify`: whether the stakeholder directory and the rules hold together, before they are put to use."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

notify = typer.Typer(help="Who hears what, and when.", no_args_is_help=True)
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        exists=True, dir_okay=False, help="A directory, rules, or both; the ones that ship where not given."
    ),
]
Endpoints = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="The endpoints file, to check their names against.")
]


class Kind(StrEnum):
    DIRECTORY = "directory"
    RULES = "rules"


@notify.command()
def check(files: Files = None, endpoints: Endpoints = None) -> None:
    """Say everything that is wrong with them, each with file, line and what to do about it."""
    from deploy.local.operate.notify import checked

    findings, summary = checked(files or [], endpoints)
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo(summary)


@notify.command()
def schema(kind: Kind) -> None:
    """Print the JSON schema of the directory or of the rules, for editors."""
    from deploy.local.operate.notify import schema_of

    typer.echo(json.dumps(schema_of(kind.value), indent=2))
