"""`otm dead-letters`: what could not be dealt with, and bringing it back once the cause is gone.

What does the work is imported when it is called: it brings all services with it, and no other command should wait for
that.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import table

if TYPE_CHECKING:
    from shared.messaging.dead_letters.choice import Tally

dead_letters = typer.Typer(help="Messages that could not be dealt with.", no_args_is_help=True)
Queue = Annotated[
    str, typer.Argument(help="A consumer's queue, such as intake.communications.issued.v1, or otm.unrouted.")
]
Cause = Annotated[str, typer.Option(help="Only those whose cause has this text in it.")]
Campaign = Annotated[str, typer.Option(help="Only those about this campaign, such as OTM-26-0001.")]
Rate = Annotated[float, typer.Option(min=0.1, max=1000, help="Messages a second.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", dir_okay=False, help="A file; else standard output.")]
GROUPS_SHOWN = 20


@dead_letters.command("list")
def list_(campaign: Campaign = "", as_json: AsJson = False) -> None:
    """Count them by queue, cause and campaign, and the events that nobody heard as those of otm.unrouted."""
    from deploy.local.operate.dead_letters.reading import counted

    with errors_shown(Console(stderr=True)):
        found = asyncio.run(counted(campaign))
    if as_json:
        Console().print_json(json.dumps(found.rows))
    else:
        rows = [(row["queue"], row["cause"], row["campaign"], row["count"], row["oldest"]) for row in found.rows]
        shown = table(("queue", "cause", "campaign", "count", "oldest"), rows)
        Console().print(shown if rows else "There are no dead letters")
    for queue, count in found.in_hand.items():
        typer.echo(f"A replay under way has {count:,} letters of {queue} in hand", err=True)


@dead_letters.command()
def show(
    queue: Queue, cause: Cause = "", campaign: Campaign = "", limit: Annotated[int, typer.Option(min=1, max=1000)] = 20
) -> None:
    """Show them one by one as JSON, with everything that may be a customer's masked."""
    from deploy.local.operate.dead_letters.reading import shown

    with errors_shown(Console(stderr=True)):
        letters = asyncio.run(shown(queue, cause, campaign, limit))
    for letter in letters:
        Console().print_json(json.dumps(letter))
    if not letters:
        typer.echo("There is none like that: otm dead-letters list names queue, cause and campaign of each", err=True)


@dead_letters.command()
def export(queue: Queue, cause: Cause = "", campaign: Campaign = "", output: Output = None) -> None:
    """Write all of them as lines of JSON, with everything that may be a customer's masked. They stay where they are."""
    from deploy.local.operate.dead_letters.reading import export as write

    with errors_shown(Console(stderr=True)), output.open("w") if output else nullcontext(sys.stdout) as to:
        count = asyncio.run(write(queue, cause, campaign, to))
    typer.echo(f"{count:,} written", err=True)


@dead_letters.command()
def replay(queue: Queue, cause: Cause = "", campaign: Campaign = "", rate: Rate = 20, yes: Yes = False) -> None:
    """Put those that are there now back in their own queue, at a rate. Done twice, it has one effect.

    They are taken aside first, and counted before anything happens; letters that die meanwhile are not among them. The
    event ids stay. Interrupted or killed, it leaves the rest among the dead letters: give the same command again.
    """
    from deploy.local.operate.dead_letters.acting import replay as put_back

    with errors_shown(Console(stderr=True)):
        asked = _asked(f"Put {{}} back in {queue}, {rate:g} a second?", yes)
        replayed = asyncio.run(put_back(queue, cause, campaign, rate, asked, _progress("replayed")))
    typer.echo(f"{replayed:,} replayed")


@dead_letters.command()
def discard(queue: Queue, cause: Cause = "", campaign: Campaign = "", yes: Yes = False) -> None:
    """Take those that are there now away for good. The ids of the events are kept in the audit trail."""
    from deploy.local.operate.dead_letters.acting import discard as take_away

    with errors_shown(Console(stderr=True)):
        asked = _asked(f"Discard {{}} of {queue} for good?", yes)
        discarded = asyncio.run(take_away(queue, cause, campaign, asked, _progress("discarded")))
    typer.echo(f"{discarded:,} discarded")


def _asked(question: str, yes: bool) -> Callable[["Tally"], bool]:
    """Returns what shows the groups that were found, and asks."""

    def confirm(found: "Tally") -> bool:
        for (_, cause, campaign), count in found.counts.most_common(GROUPS_SHOWN):
            typer.echo(f"{count:,} x {cause}{f', {campaign}' if campaign else ''}", err=True)
        total = found.counts.total()
        return total > 0 and (yes or typer.confirm(question.format(f"{total:,}"), err=True))

    return confirm


def _progress(what: str) -> Callable[[int], None]:
    """Returns what says every thousand letters how far the work is."""
    said = 0

    def tell(count: int) -> None:
        nonlocal said
        if count // 1000 > said:
            said = count // 1000
            typer.echo(f"{count:,} {what} so far", err=True)

    return tell
