"""`otm keys`: the keys that personal data is encrypted with. Services notice a new one within a second."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console

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


@keys.command()
def retire(key: Annotated[str, typer.Argument(help="The id of a key that is not the current one.")]) -> None:
    """Take a key out of the keyring. Refused while any value is encrypted with it, or any service does not answer."""
    from deploy.local.operate.protection.keys import retire as take_out

    with errors_shown(Console(stderr=True)):
        asyncio.run(take_out(Home(LocalSettings().home), key))
    typer.echo(f"{key} is retired; backups from before need it: it is in keyring.retired.json")
