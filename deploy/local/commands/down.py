"""`otm down`."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.operate.stack.clean import Remains, remains, take_away
from deploy.local.operate.stack.down import bring_down
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

SHOWN = 3
Clean = Annotated[bool, typer.Option("--clean", help="Take away as well what the stack has made; asks first.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def down(clean: Clean = False, yes: Yes = False, as_json: AsJson = False) -> None:
    """Stop the stack that `otm up` started, and what a killed one left. Exit code 0 also when nothing ran.

    With --clean its queues and exchanges on the broker that OTM_AMQP_URL names are deleted, with the messages in them,
    and the data in its own folder. Keys stay, and so do the databases of a store that OTM_MONGO_URL names.
    """
    settings, console = LocalSettings(), Console()
    home = Home(settings.home)
    with errors_shown(Console(stderr=True)):
        stopped = asyncio.run(bring_down(home))
        cleaned = _clean(home, settings, yes) if clean else None
    if as_json:
        console.print_json(json.dumps({"stopped": stopped} | ({} if cleaned is None else {"cleaned": cleaned})))
    else:
        console.print("Stopped" if stopped else "Nothing ran")


def _clean(home: Home, settings: LocalSettings, yes: bool) -> bool:
    """Tells whether everything was taken away; not if somebody says no."""
    found = asyncio.run(remains(home, settings))
    if found.nothing:
        return True
    for line in _lines(found):
        typer.echo(line, err=True)
    if not yes and not typer.confirm("Take it away for good?", err=True):
        return False
    asyncio.run(take_away(found, settings))
    return True


def _lines(found: Remains) -> list[str]:
    messages = "with whatever is in them" if found.messages is None else f"with {found.messages:,} messages"
    return [
        *([f"{len(found.queues)} queues {messages}: {_few(found.queues)}"] if found.queues else []),
        *([f"{len(found.exchanges)} exchanges: {_few(found.exchanges)}"] if found.exchanges else []),
        *([f"the Docker volume {found.volume}"] if found.volume else []),
        *(str(path) for path in found.paths),
    ]


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
