"""`otm demo` and `otm population`."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.commands.detached import start_detached
from deploy.local.commands.down import bring_down
from deploy.local.commands.plainly import plainly
from deploy.local.commands.printing import AsJson
from deploy.local.demo.display import LiveDisplay, show
from deploy.local.demo.figures import Outcome
from deploy.local.demo.journey import Journey
from deploy.local.demo.people import population_csv
from deploy.local.exit_codes import ExitCode
from deploy.local.home import Home
from deploy.local.settings import LocalSettings
from deploy.local.state import StackState

SIZE, SEED = 2_000, 7

Keep = Annotated[bool, typer.Option("--keep", help="Leave the stack running, to look around.")]
Population = Annotated[
    Path | None, typer.Option("--population", exists=True, dir_okay=False, help="A CSV file of your own customers.")
]


def demo(as_json: AsJson = False, keep: Keep = False, population: Population = None) -> None:
    """Play one whole campaign through the four services, in a stack of its own that starts empty.

    Exit codes: 0 every check holds; 1 one does not, or it could not be played.
    """
    console = Console(stderr=True)
    home = Home(LocalSettings().home / "demo")
    lines = population.read_bytes().splitlines(keepends=True) if population else list(population_csv(SIZE, SEED))
    with plainly(console):
        outcome = asyncio.run(_play(home, lines, keep, console))
    if as_json:
        Console().print_json(outcome.model_dump_json())
    else:
        show(Console(), outcome)
    if keep:
        console.print(f"It runs on: OTM_HOME={home.folder} otm status, otm logs, otm down", soft_wrap=True)
    raise typer.Exit(ExitCode.OK if outcome.holds else ExitCode.FAILED)


async def _play(home: Home, lines: Sequence[bytes], keep: bool, console: Console) -> Outcome:
    await bring_down(home)
    shutil.rmtree(home.folder, ignore_errors=True)
    display = LiveDisplay(console)
    try:
        await start_detached(home, 1, console)
        return await Journey(home, StackState.read(home.state).urls, lines, display).play()
    finally:
        display.stop()
        if not keep:
            await bring_down(home)


population = typer.Typer(help="Population files.", no_args_is_help=True)


@population.command("generate")
def generate(
    size: Annotated[int, typer.Option(min=1, max=10_000_000, help="Rows.")] = SIZE,
    seed: Annotated[int, typer.Option(help="The same seed gives the same file.")] = SEED,
) -> None:
    """Print a CSV file of invented customers, with everything wrong in it that real files have."""
    for line in population_csv(size, seed):
        sys.stdout.buffer.write(line)
