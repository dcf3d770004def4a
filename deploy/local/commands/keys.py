"""`otm keys`: the keys that personal data is encrypted with. Services notice a new one within a second."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

keys = typer.Typer(help="The keys that personal data is encrypted with.", no_args_is_help=True)
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait until everything is under the new key.")]


@keys.command()
def status(as_json: AsJson = False) -> None:
    """Show which key each process encrypts with, and how far it has come in bringing everything under it."""
    from deploy.local.operate.protection.operations import ask_all

    with errors_shown(Console(stderr=True)):
        answers = asyncio.run(ask_all(Home(LocalSettings().home), "keys"))
    if as_json:
        Console().print_json(json.dumps(answers))
        return
    for name, answer in answers.items():
        moved = sum(field["moved"] for field in answer["fields"].values())
        typer.echo(f"{name}: {answer['current']}, {moved} values brought under it{'' if answer['done'] else ' so far'}")


@keys.command()
def rotate(no_wait: NoWait = False) -> None:
    """Make a new key and bring everything under it, which goes on by itself if this command is stopped."""
    from deploy.local.operate.protection.keys import rotate as begin
    from deploy.local.operate.protection.keys import until_done

    async def run() -> str:
        name = await begin(Home(LocalSettings().home))
        typer.echo(f"{name} is the current key", err=True)
        if not no_wait:
            await until_done(Home(LocalSettings().home), name, lambda line: typer.echo(line, err=True))
        return name

    with errors_shown(Console(stderr=True)):
        typer.echo(asyncio.run(run()))


@keys.command("add-index")
def add_index() -> None:
    """Add an index key, by which customers are found from then on, while the stack is down. `otm up` lifts what is kept
    to it; elsewhere `otm migrate run` does, with all services stopped."""
    from deploy.local.operate.protection.index_keys import add

    with errors_shown(Console(stderr=True)):
        number = add(Home(LocalSettings().home))
    typer.echo(f"index key {number} is the newest: `otm up`, or `otm migrate run`, lifts what is kept to it")
    typer.echo("everybody signs in anew; keep the earlier index keys: they are needed for every later one")


@keys.command()
def index(as_json: AsJson = False) -> None:
    """Show how many index keys there are, and by which one each service finds its customers.

    Exit codes: 0 all by the newest; 1 not, or the store cannot be asked.
    """
    from deploy.local.operate.protection.index_keys import standing
    from deploy.local.operate.protection.operators import address

    with errors_shown(Console(stderr=True)):
        found = asyncio.run(standing(address("mongo")))
    if as_json:
        Console().print_json(json.dumps(asdict(found)))
    else:
        typer.echo(f"{found.keys} index key{'s' if found.keys > 1 else ''} in the keyring")
        for name, each in found.services.items():
            typer.echo(f"{name}: {each.words}")
    raise typer.Exit(ExitCode.OK if found.lifted else ExitCode.FAILED)


@keys.command()
def retire(key: Annotated[str, typer.Argument(help="The id of a key that is not the current one.")]) -> None:
    """Take a key out of the keyring. Refused while any value is encrypted with it, or any service does not answer."""
    from deploy.local.operate.protection.keys import retire as take_out

    with errors_shown(Console(stderr=True)):
        asyncio.run(take_out(Home(LocalSettings().home), key))
    typer.echo(f"{key} is retired; backups from before need it: it is in keyring.retired.json")
