"""`otm demo`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.commands.population import SEED, SIZE
from deploy.local.demo.people import population_csv
from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState
from deploy.local.terminal.display import pages_said
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

Keep = Annotated[bool, typer.Option("--keep", help="Leave the stack running, to look around.")]
Population = Annotated[
    Path | None, typer.Option("--population", exists=True, dir_okay=False, help="A CSV file of your own customers.")
]


def demo(as_json: AsJson = False, keep: Keep = False, population: Population = None) -> None:
    """Play one whole campaign through the four services, in a stack of its own that starts empty.

    Exit codes: 0 every check holds; 1 one does not, or it could not be played.
    """
    # imported only here: the demo brings much with it that no other command should wait for
    from deploy.local.demo.display import show
    from deploy.local.demo.play import play

    console = Console(stderr=True)
    home = Home(LocalSettings().home / "demo")
    lines = (
        population.read_bytes().splitlines(keepends=True)
        if population
        else list(population_csv(SIZE, SEED, agents=True))
    )
    with errors_shown(console):
        outcome = asyncio.run(play(home, lines, keep, console))
    if as_json:
        Console().print_json(outcome.model_dump_json())
    else:
        show(Console(), outcome)
    if keep:
        for line in pages_said(StackState.read(home.state).urls):
            console.print(line, highlight=False, soft_wrap=True)
        console.print(f"It runs on: OTM_HOME={home.folder} otm status, otm logs, otm down", soft_wrap=True)
    raise typer.Exit(ExitCode.OK if outcome.holds else ExitCode.FAILED)
