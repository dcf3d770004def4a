"""`otm up`."""

import asyncio
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.errors import AlreadyRunningError
from deploy.local.exit_codes import ExitCode
from deploy.local.operate.stack.up import start_detached
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.stack import Stack
from deploy.local.terminal.display import narrate
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.interruption import interruptible
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.reporting import print_report

Detach = Annotated[bool, typer.Option("--detach", help="Return when it is ready, and leave it running.")]
Replicas = Annotated[int, typer.Option(min=1, max=9, help="How many processes of each service.")]


def up(detach: Detach = False, replicas: Replicas = 1, as_json: AsJson = False) -> None:
    """Start the whole stack: a broker, a store, a mail sink and the four services.

    Stays until Ctrl-C, then stops everything in order. Exit codes: 0 it ran and was stopped, or it is up (--detach);
    1 it did not become ready; 4 it runs already.
    """
    settings, console = LocalSettings(), Console(stderr=True)
    home = Home(settings.home)
    with errors_shown(console):
        if detach:
            asyncio.run(start_detached(home, replicas, console))
            asyncio.run(print_report(home, as_json))
        else:
            raise typer.Exit(asyncio.run(_run(home, settings, replicas, as_json, console)))


async def _run(home: Home, settings: LocalSettings, replicas: int, as_json: bool, console: Console) -> ExitCode:
    """Supervise until a signal comes."""
    ready = False
    try:
        with interruptible():
            async with Stack(home, settings, replicas=replicas, watch=partial(narrate, console)):
                ready = True
                await print_report(home, as_json)
                if console.is_terminal:
                    console.print("Ctrl-C stops it")
                await asyncio.Event().wait()
    except AlreadyRunningError:
        await print_report(home, as_json)
        raise
    except asyncio.CancelledError:
        console.print("Stopped" if ready else "Stopped before it was ready")
    return ExitCode.OK if ready else ExitCode.FAILED
