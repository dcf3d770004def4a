"""`otm status`."""

import asyncio

import typer

from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.reporting import print_report


def status(as_json: AsJson = False) -> None:
    """Show what runs, asked now. Exit codes: 0 all healthy; 1 something is not; 3 not running."""
    stack = asyncio.run(print_report(Home(LocalSettings().home), as_json))
    if stack.supervisor is None:
        raise typer.Exit(ExitCode.NOT_RUNNING)
    raise typer.Exit(ExitCode.OK if stack.healthy else ExitCode.FAILED)
