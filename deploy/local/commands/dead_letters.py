"""`otm dead-letters`: what could not be dealt with, and bringing it back once the cause is gone."""

import asyncio
import getpass
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

import aio_pika
import typer
from aio_pika.abc import AbstractChannel
from rich.console import Console
from rich.table import Table

from deploy.catalogue import consumers
from deploy.local.commands.plainly import plainly
from deploy.local.commands.printing import AsJson
from deploy.local.errors import StackError
from deploy.local.exit_codes import ExitCode
from deploy.local.home import Home
from deploy.local.settings import LocalSettings
from deploy.local.state import StackState
from shared.clock import SystemClock
from shared.messaging.dead_letters import DeadLetter, held, redacted
from shared.storage.audit import AuditTrail
from shared.storage.store import Store

OPERATIONS = "otm_operations"

dead_letters = typer.Typer(help="Messages that could not be dealt with.", no_args_is_help=True)
Queue = Annotated[str, typer.Argument(help="A consumer's queue, such as intake.communications.issued.v1.")]
Cause = Annotated[str, typer.Option(help="Only those whose cause has this text in it.")]


@dead_letters.command("list")
def list_(as_json: AsJson = False) -> None:
    """Count them by queue and cause."""
    letters = asyncio.run(_all())
    groups = Counter((letter.queue, letter.cause) for letter in letters)
    rows = [{"queue": queue, "cause": cause, "count": count} for (queue, cause), count in sorted(groups.items())]
    if as_json:
        Console().print_json(json.dumps(rows))
        return
    table = Table("queue", "cause", "count")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table if rows else "There are no dead letters")


@dead_letters.command()
def show(queue: Queue, cause: Cause = "", limit: Annotated[int, typer.Option(min=1)] = 20) -> None:
    """Show them one by one as JSON, with everything that may be a customer's masked."""
    letters = _chosen(asyncio.run(_letters(queue)), cause)
    for letter in letters[:limit]:
        Console().print_json(json.dumps(_shown(letter)))


@dead_letters.command()
def replay(
    queue: Queue,
    cause: Cause = "",
    rate: Annotated[float, typer.Option(min=0.1, max=1000, help="Messages a second.")] = 20,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put those that are there now back in their own queue. Done twice, it has one effect: the event ids stay."""
    with plainly(Console(stderr=True)):
        asyncio.run(_replay(queue, cause, rate, yes))


async def _replay(queue: str, cause: str, rate: float, yes: bool) -> None:
    console = Console()
    async with _channel() as channel, held(channel, queue) as letters:
        chosen = _chosen(letters.letters, cause)
        for reason, count in Counter(letter.cause for letter in chosen).items():
            console.print(f"{count} × {reason}", highlight=False, markup=False)
        if not chosen or not (yes or typer.confirm(f"Put {len(chosen)} back in {queue}?")):
            console.print("Nothing was replayed")
            raise typer.Exit(ExitCode.OK)
        replayed: list[DeadLetter] = []
        try:
            await letters.replay(chosen, rate, replayed.append)
        finally:
            await _note(queue, cause, replayed)
    console.print(f"{len(replayed)} replayed")


async def _note(queue: str, cause: str, replayed: Sequence[DeadLetter]) -> None:
    store = Store(_address("mongo"), OPERATIONS)
    details = {"queue": queue, "cause": cause, "events": [letter.event_id for letter in replayed]}
    await AuditTrail(store["audit"]).append(SystemClock().now(), getpass.getuser(), "dead-letters.replayed", details)
    store.close()


async def _all() -> list[DeadLetter]:
    found: list[DeadLetter] = []
    async with _channel() as channel:
        for consumer in consumers():
            async with held(channel, consumer.queue) as letters:
                found += letters.letters
    return found


async def _letters(queue: str) -> list[DeadLetter]:
    async with _channel() as channel, held(channel, queue) as letters:
        return letters.letters


def _chosen(letters: Sequence[DeadLetter], cause: str) -> list[DeadLetter]:
    return [letter for letter in letters if cause in letter.cause]


def _shown(letter: DeadLetter) -> dict[str, Any]:
    contract = next(consumer.contract for consumer in consumers() if consumer.queue == letter.queue)
    return {
        "queue": letter.queue,
        "event_id": letter.event_id,
        "event_type": letter.event_type,
        "subject": letter.subject,
        "cause": letter.cause,
        "attempts": letter.attempts,
        "died_at": letter.died_at,
        "data": redacted(letter.body, contract),
    }


@asynccontextmanager
async def _channel() -> AsyncIterator[AbstractChannel]:
    async with (
        await aio_pika.connect(_address("amqp")) as connection,
        connection.channel(on_return_raises=True) as channel,
    ):
        yield channel


def _address(part: str) -> str:
    """Of the running stack, or as `OTM_AMQP_URL` and `OTM_MONGO_URL` say."""
    settings = LocalSettings()
    given = {"amqp": settings.amqp_url, "mongo": settings.mongo_url}[part]
    address = given or StackState.read(Home(settings.home).state).urls.get(part)
    if address is None:
        raise StackError(f"Nothing runs here: start it with `otm up`, or set OTM_{part.upper()}_URL")
    return address
