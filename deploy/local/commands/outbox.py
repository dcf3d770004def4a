"""`otm outbox`: events that are stored and that the broker refuses."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.exit_codes import ExitCode
from deploy.local.stack.services import SERVICES
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import local_time

Retry = Annotated[bool, typer.Option("--retry", help="Have all of them tried at once, in place of at their times.")]


Of = Annotated[list[str] | None, typer.Argument(help="Of which services; else of all four.")]
Subject = Annotated[str, typer.Option("--as", help="Whose key to use, of those in credentials.json.")]


def outbox(services: Of = None, retry: Retry = False, subject: Subject = "operator", as_json: AsJson = False) -> None:
    """Show events that the broker refuses, with its reason. Exit codes: 0 there are none; 1 some wait.

    They are tried again by themselves, at least once a minute, and everything else overtakes them.
    """
    from deploy.local.operate.outbox import aside, retried

    names = services or list(SERVICES)
    with errors_shown(Console(stderr=True)):
        if retry:
            typer.echo(f"{retried(names, subject)} are tried now", err=True)
        found = aside(names, subject)
    if as_json:
        Console().print_json(json.dumps(found))
    else:
        table = Table("service", "events", "stored", "tries", "why", box=None, header_style="bold", pad_edge=False)
        for service, rows in found.items():
            for row in rows:
                said = f"{len(row['ids'])} {', '.join(row['types'])}"
                table.add_row(service, said, local_time(row["stored"]), str(row["tries"]), row["reason"])
        Console().print(table if table.row_count else "Nothing waits aside", highlight=False)
    raise typer.Exit(ExitCode.FAILED if any(found.values()) else ExitCode.OK)
