"""`otm access`: keys for callers of the services, which notice every change within a second."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import typer
from rich.console import Console

from deploy.local.errors import StackError
from deploy.local.stack import access as keys
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import table

access = typer.Typer(help="Keys for whoever calls the services.", no_args_is_help=True)
LONGEST_SUBJECT = 60
KeyId = Annotated[str, typer.Argument(help="The id of a key, as `otm access list` shows it.")]
Days = Annotated[int | None, typer.Option(min=1, max=3650, help="Days until it expires; for ever if not given.")]


@access.command()
def create(
    subject: Annotated[str, typer.Argument(help="A staff or system code, never a name.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; give it again for each.")],
    kind: Annotated[Literal["person", "machine"], typer.Option()] = "machine",
    team: Annotated[str | None, typer.Option(help="The code of the team that it works for.")] = None,
    rate: Annotated[float | None, typer.Option(min=0.01, help="Requests a second, if not the usual.")] = None,
    days: Days = 365,
) -> None:
    """Make a key and print it: this once, for only its hash is kept."""
    from deploy.local.operate.protection.scopes import scopes

    with errors_shown(Console(stderr=True)):
        for name, code in (("subject", subject), ("team", team)):
            if code is not None and (not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or len(code) > LONGEST_SUBJECT):
                raise StackError(f"A {name} is a code: small letters, digits and hyphens, at most 60")
        if unknown := sorted(set(scope) - set(scopes())):
            raise StackError(f"Nothing asks for {', '.join(unknown)}; there are: {', '.join(scopes())}")
        entry = {"subject": subject, "kind": kind, "scopes": scope, "team": team, "rate": rate}
        key = keys.create(_home(), entry, days, datetime.now(UTC))
    typer.echo(key)


@access.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show all keys: whose they are, what they may do, until when, and when they were last used."""
    from deploy.local.operate.protection.operations import last_used

    with errors_shown(Console(stderr=True)):
        entries = keys.listed(_home())
        used = asyncio.run(last_used(_home()))
    rows = [entry | {"last_used": used.get(entry["id"])} for entry in entries]
    if as_json:
        Console().print_json(json.dumps(rows))
        return
    cells = (
        (row["id"], row["subject"], row.get("team", ""), " ".join(row["scopes"]), _state(row), row["last_used"])
        for row in rows
    )
    Console().print(table(("id", "subject", "team", "scopes", "state", "last used"), cells))


@access.command()
def rotate(
    key_id: KeyId,
    overlap: Annotated[float, typer.Option(min=0, help="Hours for which the old key is still good.")] = 24,
    days: Days = 365,
) -> None:
    """Print a new key in place of another, which goes on being good for a while."""
    with errors_shown(Console(stderr=True)):
        key = keys.rotate(_home(), key_id, timedelta(hours=overlap), days, datetime.now(UTC))
    typer.echo(key)


@access.command()
def revoke(key_id: KeyId) -> None:
    """Let nobody in with this key any more."""
    with errors_shown(Console(stderr=True)):
        keys.revoke(_home(), key_id, datetime.now(UTC))
    typer.echo(f"{key_id} is revoked")


def _state(row: keys.Entry) -> str:
    if row.get("revoked"):
        return f"revoked {row['revoked'][:16]}"
    if not row.get("expires"):
        return "good"
    return f"{'good until' if row['expires'] > datetime.now(UTC).isoformat() else 'expired'} {row['expires'][:16]}"


def _home() -> Home:
    home = Home(LocalSettings().home)
    if not home.access.exists():
        raise StackError(f"There is no stack in {home.folder}: `otm up` makes one")
    return home
