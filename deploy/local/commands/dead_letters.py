"""`otm dead-letters`: what could not be dealt with, and bringing it back once the cause is gone.

What does the work is imported when it is called: it brings all services with it, and no other command should wait for
that.
"""

import asyncio
import json
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import table

dead_letters = typer.Typer(help="Messages that could not be dealt with.", no_args_is_help=True)
Queue = Annotated[
    str, typer.Argument(help="A consumer's queue, such as intake.communications.issued.v1, or otm.unrouted.")
]
Cause = Annotated[str, typer.Option(help="Only those whose cause has this text in it.")]


@dead_letters.command("list")
def list_(as_json: AsJson = False) -> None:
    """Count them by queue and kind of cause, and the events that nobody heard as those of otm.unrouted."""
    from deploy.local.operate.dead_letters import counted

    with errors_shown(Console(stderr=True)):
        rows = asyncio.run(counted())
    if as_json:
        Console().print_json(json.dumps(rows))
        return
    shown = table(("queue", "cause", "count"), (tuple(row.values()) for row in rows))
    Console().print(shown if rows else "There are no dead letters")


@dead_letters.command()
def show(queue: Queue, cause: Cause = "", limit: Annotated[int, typer.Option(min=1)] = 20) -> None:
    """Show them one by one as JSON, with everything that may be a customer's masked."""
    from deploy.local.operate.dead_letters import shown

    with errors_shown(Console(stderr=True)):
        letters = asyncio.run(shown(queue, cause))
    for letter in letters[:limit]:
        Console().print_json(json.dumps(letter))


@dead_letters.command()
def replay(
    queue: Queue,
    cause: Cause = "",
    rate: Annotated[float, typer.Option(min=0.1, max=1000, help="Messages a second.")] = 20,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put those that are there now back in their own queue. Done twice, it has one effect: the event ids stay."""
    from deploy.local.operate.dead_letters import replay as put_back

    def confirm(causes: Counter[str]) -> bool:
        for reason, count in causes.items():
            typer.echo(f"{count} x {reason}")
        return causes.total() > 0 and (yes or typer.confirm(f"Put {causes.total()} back in {queue}?"))

    with errors_shown(Console(stderr=True)):
        replayed = asyncio.run(put_back(queue, cause, rate, confirm))
    typer.echo(f"{replayed} replayed")


@dead_letters.command()
def discard(
    queue: Queue, cause: Cause = "", yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Take those that are there now away for good. The ids of the events are kept in the audit trail."""
    from deploy.local.operate.dead_letters import discard as take_away

    def confirm(causes: Counter[str]) -> bool:
        for reason, count in causes.items():
            typer.echo(f"{count} x {reason}")
        return causes.total() > 0 and (yes or typer.confirm(f"Discard {causes.total()} of {queue} for good?"))

    with errors_shown(Console(stderr=True)):
        discarded = asyncio.run(take_away(queue, cause, confirm))
    typer.echo(f"{discarded} discarded")
