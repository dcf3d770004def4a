"""`otm migrate`: the databases of the services as this version needs them.

What does the work is imported when it is called: it brings all services with it.
"""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.errors import StackError
from deploy.local.exit_codes import ExitCode
from deploy.local.stack.services import SERVICES
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

migrate = typer.Typer(help="Collections, indexes and data as this version needs them.", no_args_is_help=True)
Names = Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]...", help="All four where none is named.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Fail where another runner is at work.")]
Again = Annotated[
    str | None,
    typer.Option("--again", metavar="NAME", help="Begin this migration of data of the one SERVICE anew."),
]


@migrate.command()
def status(names: Names = None, as_json: AsJson = False) -> None:
    """Say what is missing. Exit codes: 0 nothing; 1 something is, or the store cannot be asked."""
    from deploy.local.operate.migrations import keyring_here, pending
    from deploy.local.operate.protection.operators import address

    with errors_shown(Console(stderr=True)):
        found = asyncio.run(pending(address("mongo"), _known(names), keyring=keyring_here()))
    if as_json:
        Console().print_json(json.dumps({name: asdict(each) for name, each in found.items()}))
    else:
        for name, each in found.items():
            typer.echo(f"{name}: {', '.join(each.words) or 'as this version needs it'}")
    raise typer.Exit(ExitCode.FAILED if any(each.words for each in found.values()) else ExitCode.OK)


@migrate.command()
def run(names: Names = None, no_wait: NoWait = False, again: Again = None) -> None:
    """Make what is missing and change what versions before have written. May be stopped, and run again.

    An index of a large collection may take hours. Services go on meanwhile; those of this version wait for the end.
    After `otm keys add-index` they must be stopped: what they write would not be found by the new key.
    Exit codes: 0 all is as this version needs it; 1 it is not.
    """
    from deploy.local.operate.migrations import again as begin_anew
    from deploy.local.operate.migrations import keyring_here
    from deploy.local.operate.migrations import migrate as migrate_all
    from deploy.local.operate.protection.operators import address

    with errors_shown(Console(stderr=True)):
        chosen, keyring = _known(names), keyring_here()
        if again is not None:
            if len(chosen) != 1:
                raise StackError("Name the one service whose migration is to begin anew")
            asyncio.run(begin_anew(address("mongo"), chosen[0], again, keyring))
        wait = not no_wait
        asyncio.run(migrate_all(address("mongo"), chosen, say=typer.echo, wait=wait, keyring=keyring))
    typer.echo(f"{', '.join(chosen)}: as this version needs it")


def _known(names: list[str] | None) -> list[str]:
    """Raises `StackError` for a name that is no service's."""
    for name in names or ():
        if name not in SERVICES:
            raise StackError(f"{name} is no service; they are {', '.join(SERVICES)}")
    return names or list(SERVICES)
