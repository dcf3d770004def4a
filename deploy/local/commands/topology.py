"""`otm topology`: users, limits, exchanges and queues of the broker, compared with the code and made before a roll-out.

What does the work is imported when it is called: it brings all services with it.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.exit_codes import ExitCode
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import table

topology = typer.Typer(help="Users, limits, exchanges and queues of the broker.", no_args_is_help=True)
Passwords = Annotated[
    Path | None,
    typer.Option("--passwords", exists=True, dir_okay=False, help="JSON with the passwords of the broker's users."),
]
Vhost = Annotated[str | None, typer.Option("--vhost", help="The virtual host, else that of OTM_AMQP_URL.")]


@topology.command()
def diff(passwords: Passwords = None, vhost: Vhost = None, as_json: AsJson = False) -> None:
    """Compare the broker with the code. Without --passwords its users are left out.

    Exit codes: 0 nothing differs; 1 something does, or the broker cannot be asked.
    """
    from deploy.local.operate.topology.live import differences, management_url, vhost_of_the_stack

    with errors_shown(Console(stderr=True)):
        where = vhost or vhost_of_the_stack()
        found = asyncio.run(differences(management_url(), where, _read(passwords)))
    _show([asdict(drift) for drift in found], as_json)
    raise typer.Exit(ExitCode.FAILED if found else ExitCode.OK)


@topology.command()
def apply(passwords: Passwords = None, vhost: Vhost = None, as_json: AsJson = False) -> None:
    """Make on the broker what is missing, and change rights, policies and limits. Nothing is deleted.

    Exit codes: 0 the broker is as the code has it; 1 something is left to a person.
    """
    from deploy.local.operate.topology.live import apply as make
    from deploy.local.operate.topology.live import management_url, vhost_of_the_stack

    with errors_shown(Console(stderr=True)):
        where = vhost or vhost_of_the_stack()
        left = asyncio.run(make(management_url(), where, _read(passwords)))
    _show([asdict(drift) for drift in left], as_json)
    raise typer.Exit(ExitCode.FAILED if left else ExitCode.OK)


@topology.command("passwords")
def make_passwords(file: Annotated[Path, typer.Argument(help="Kept for its owner alone.")]) -> None:
    """Make a password for each user that the file has none of yet."""
    from deploy.local.operate.topology.passwords import ensure_passwords
    from deploy.local.operate.topology.rights import users

    with errors_shown(Console(stderr=True)):
        known = ensure_passwords(file, [user.name for user in users()])
    typer.echo(f"{file}: {', '.join(sorted(known))}")


@topology.command()
def definitions(vhost: Annotated[str, typer.Option("--vhost")] = "otm", passwords: Passwords = None) -> None:
    """Print the definitions, for a broker that loads them at its start (load_definitions)."""
    from deploy.local.operate.topology.definitions import definitions as all_of_it

    with errors_shown(Console(stderr=True)):
        typer.echo(json.dumps(all_of_it(vhost, _read(passwords)), indent=2))


def _read(path: Path | None) -> dict[str, str]:
    from deploy.local.operate.topology.passwords import read_passwords

    return read_passwords(path) if path else {}


def _show(found: list[Mapping[str, str]], as_json: bool) -> None:
    if as_json:
        Console().print_json(json.dumps(found))
    elif found:
        rows = [(drift["thing"], drift["difference"], drift["remedy"] or "otm topology apply") for drift in found]
        Console().print(table(("what", "difference", "to do"), rows))
    else:
        typer.echo("The broker is as the code has it")
