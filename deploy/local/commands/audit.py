"""`otm audit`: whether the audit trails are whole."""

import asyncio
import json

import typer
from rich.console import Console

from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

audit = typer.Typer(help="The audit trails of all services, and the operators' own.", no_args_is_help=True)


@audit.callback()
def _group() -> None:
    """A group, so that `verify` stays a command of its own while it is the only one."""


@audit.command()
def verify(as_json: AsJson = False) -> None:
    """Find an entry that was changed, taken out or put in. Exit codes: 0 all are whole; 1 one is not.

    The end of each trail is noted in this stack's folder, so that the next time a trail that was cut short or written
    anew is found as well.
    """
    from deploy.local.operate.protection.audit import verify as look

    with errors_shown(Console(stderr=True)):
        found = asyncio.run(look(Home(LocalSettings().home)))
    if as_json:
        Console().print_json(json.dumps([trail._asdict() for trail in found]))
    else:
        for trail in found:
            typer.echo(f"{trail.name}: {trail.problem or f'{trail.entries} entries, whole'}")
    raise typer.Exit(ExitCode.FAILED if any(trail.problem for trail in found) else ExitCode.OK)
