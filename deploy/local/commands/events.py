"""`otm events`: follow the bus, look up an event, hold a message against its contract."""

import asyncio
import json
import sys
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.exit_codes import ExitCode
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import local_time, table

events = typer.Typer(help="Events on the bus, and their contracts.", no_args_is_help=True)
Types = Annotated[list[str] | None, typer.Option("--type", help="Types, such as campaign.* or wave.started.v1.")]
Campaign = Annotated[str, typer.Option(help="Only those about this campaign, such as OTM-26-0001.")]
Count = Annotated[int | None, typer.Option(min=1, help="End after so many.")]
AsLines = Annotated[bool, typer.Option("--json", help="Print a line of JSON for each, with its data masked.")]
File = Annotated[Path, typer.Argument(help="The message as JSON; - for standard input.", allow_dash=True)]


@events.command()
def tail(types: Types = None, campaign: Campaign = "", count: Count = None, as_json: AsLines = False) -> None:
    """Follow events as they are said, until Ctrl-C. Nobody else hears less for it."""
    from deploy.local.operate.events.catalogue import types_like

    with errors_shown(Console(stderr=True)), suppress(KeyboardInterrupt):
        asyncio.run(_tail(types_like(types or []), campaign, count, as_json))


async def _tail(types: list[str], campaign: str, count: int | None, as_json: bool) -> None:
    from deploy.local.operate.events.following import followed

    shown = 0
    async with aclosing(followed(types, campaign)) as found:
        async for event in found:
            line = f"{local_time(event['time'])}  {event['type']}  {event['campaign']}  {event['id']}"
            typer.echo(json.dumps(event) if as_json else line)
            shown += 1
            if shown == count:
                return


@events.command()
def describe(
    event_type: Annotated[str | None, typer.Argument(metavar="TYPE", help="Such as wave.started.v1.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what an event means, its fields, who says and who hears it; without a type list all. As JSON: its schema."""
    from deploy.catalogue import hearers, sayers
    from deploy.docs.events import section
    from deploy.local.operate.events.catalogue import BY_TYPE, contract_of

    if event_type is None:
        rows = [(name, ", ".join(sayers(each)), ", ".join(hearers(each))) for name, each in BY_TYPE.items()]
        if as_json:
            return Console().print_json(json.dumps([row[0] for row in rows]))
        return Console().print(table(("event", "said by", "heard by"), rows))
    with errors_shown(Console(stderr=True)):
        contract = contract_of(event_type)
    if as_json:
        return Console().print_json(json.dumps(contract.model_json_schema()))
    typer.echo(section(contract))
    typer.echo(f"Said by {', '.join(sayers(contract))}; heard by {', '.join(hearers(contract)) or 'nobody'}")
    return None


@events.command()
def validate(
    file: File,
    event_type: Annotated[
        str | None, typer.Option("--type", help="The type, where the file has the data alone.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a message against its contract, as our consumers do. Exit codes: 0 they would take it; 1 they would not."""
    from deploy.local.operate.events.validation import validated

    with errors_shown(Console(stderr=True)):
        verdict = validated(_read(file), event_type)
    if as_json:
        Console().print_json(verdict.model_dump_json())
    else:
        typer.echo(f"{verdict.type}: {'consumers take it' if verdict.valid else 'a dead letter'}")
        for line in (*verdict.problems, *(f"({remark})" for remark in verdict.remarks)):
            typer.echo(f"  {line}")
    raise typer.Exit(ExitCode.OK if verdict.valid else ExitCode.FAILED)


def _read(file: Path) -> bytes:
    """At most some megabytes. Raises `StackError` for a file that cannot be read."""
    from deploy.local.errors import StackError
    from shared.messaging.envelope import LARGEST_BODY

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(2 * LARGEST_BODY + 1)
        with file.open("rb") as opened:
            return opened.read(2 * LARGEST_BODY + 1)
    except OSError as error:
        raise StackError(f"{file} cannot be read: {error.strerror}") from None
