"""`otm backup` and `otm restore`: all data of a stopped stack in one file, and back."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

To = Annotated[Path, typer.Argument(dir_okay=False, help="A new file, such as backup.tar.gz.")]
From = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file that `otm backup` has written.")]


def backup(file: To, as_json: AsJson = False) -> None:
    """Write databases and waiting messages to one file, while the stack is down. Keys are not in it: keep them apart.

    Exit codes: 0 written; 1 not, for the reason that is said.
    """
    from deploy.local.operate.backup.backup import back_up
    from deploy.local.operate.backup.running import with_stack

    with errors_shown(Console(stderr=True)):
        counts = asyncio.run(with_stack(back_up, file))
    _show(f"{file} is written", counts, as_json)


def restore(file: From, as_json: AsJson = False) -> None:
    """Put a backup back into a stack that is down and empty, with the keyring of that time in its folder.

    Exit codes: 0 restored; 1 nothing was written, for the reason that is said.
    """
    from deploy.local.operate.backup.backup import restore as put_back
    from deploy.local.operate.backup.running import with_stack

    with errors_shown(Console(stderr=True)):
        counts = asyncio.run(with_stack(put_back, file))
    _show(f"{file} is restored", counts, as_json)


def _show(said: str, counts: dict[str, int], as_json: bool) -> None:
    documents = sum(count for name, count in counts.items() if name.endswith(".bson"))
    messages = sum(count for name, count in counts.items() if name.startswith("queues/"))
    if as_json:
        Console().print_json(json.dumps({"documents": documents, "messages": messages, "members": counts}))
    else:
        typer.echo(f"{said}: {documents:,} documents and {messages:,} waiting messages")
