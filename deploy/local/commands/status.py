"""`otm status`."""

import asyncio

import typer

from deploy.local.commands.printing import AsJson, print_report
from deploy.local.exit_codes import ExitCode
from deploy.local.home import Home
from deploy.local.settings import LocalSettings


def status(as_json: AsJson = False) -> None:
    """Show what runs, asked now. Exit codes: 0 all healthy; 1 something is not; 3 not running."""
    stack = asyncio.run(print_report(Home(LocalSettings().home), as_json))
    if stack.supervisor is None:
        raise typer.Exit(ExitCode.NOT_RUNNING)
    raise typer.Exit(ExitCode.OK if stack.healthy else ExitCode.FAILED)
