"""`otm queues`: what is stuck, since when, and whom it hurts."""

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live

from deploy.local.exit_codes import ExitCode
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.queue_tables import queues_shown

if TYPE_CHECKING:
    from deploy.local.operate.queues.survey import Survey

All = Annotated[bool, typer.Option("--all", help="Show every queue, not only those that need a look.")]
Watch = Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C. As JSON, a line a look.")]
Every = Annotated[float, typer.Option(min=1, max=3600, help="Seconds between looks.")]


def queues(every_queue: All = False, watch: Watch = False, every: Every = 2, as_json: AsJson = False) -> None:
    """Show what waits where, since when, and whom it hurts. Exit codes: 0 all is well; 1 something needs a look.

    Something needs a look where a queue is missing, where nobody consumes one, and where there are dead letters or
    events that nobody heard. Nothing is taken out of a queue.
    """
    if watch:
        with suppress(KeyboardInterrupt):
            _watch(every_queue, every, as_json)
        return
    found = _look()
    if as_json:
        Console().print_json(found.model_dump_json())
    else:
        Console().print(queues_shown(found, every_queue), highlight=False)
    raise typer.Exit(ExitCode.OK if found.well else ExitCode.FAILED)


def _watch(every_queue: bool, every: float, as_json: bool) -> None:
    if as_json:
        while True:
            typer.echo(_look().model_dump_json())
            time.sleep(every)
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            live.update(queues_shown(_look(), every_queue), refresh=True)
            time.sleep(every)


def _look() -> "Survey":
    from deploy.local.operate.queues.survey import survey

    with errors_shown(Console(stderr=True)):
        return asyncio.run(survey())
