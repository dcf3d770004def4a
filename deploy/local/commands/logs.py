"""`otm logs`."""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from deploy.local.exit_codes import ExitCode
from deploy.local.processes.logs import Follower, tail
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings

Name = Annotated[str | None, typer.Argument(metavar="[SERVICE]", help="planner, broker, supervisor … By default all.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Stay, and show what is added, until Ctrl-C.")]
Lines = Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines of each.")]


def logs(service: Name = None, follow: Follow = False, lines: Lines = 20) -> None:
    """Show the end of the logs, whether it runs or not. Exit code 2: there is no such log."""
    folder, pattern = Home(LocalSettings().home).logs, f"{service or '*'}.log"
    paths = sorted(folder.glob(pattern))
    if service and not paths:
        known = ", ".join(path.stem for path in sorted(folder.glob("*.log"))) or "none yet"
        Console(stderr=True).print(f"There is no log of {service}; there are: {known}", highlight=False)
        raise typer.Exit(ExitCode.USAGE)
    follower = Follower(folder, pattern)
    last = ((path, line) for path in paths for line in tail(path, lines))
    with suppress(KeyboardInterrupt):
        _show(chain(last, _for_ever(follower) if follow else ()), named=service is None)


def _for_ever(follower: Follower) -> Iterator[tuple[Path, str]]:
    while True:
        yield from follower.added()
        time.sleep(0.2)


def _show(lines: Iterable[tuple[Path, str]], named: bool) -> None:
    """One log's lines as they are; those of several with the name before each."""
    console = Console(soft_wrap=True)
    for path, line in lines:
        prefix = Text(f"{path.stem:<12} ", style="cyan") if named else Text()
        console.print(prefix + Text(line))
