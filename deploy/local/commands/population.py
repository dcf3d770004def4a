"""`otm population`: files of invented customers, and sending a campaign's customers to dispatcher."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from deploy.local.client import endpoint
from deploy.local.demo.people import population_csv
from deploy.local.errors import StackError
from deploy.local.operate.output_file import expect_writable
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

if TYPE_CHECKING:
    from deploy.local.operate.letters.population import Population

SIZE, SEED = 2_000, 7

population = typer.Typer(help="Population files.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV (UTF-8) or Parquet.")]
Campaign = Annotated[str, typer.Option("--campaign", "-c", help="The campaign's reference, such as OTM-26-0001.")]
Schema = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="What the columns mean, as JSON.")]
Rejected = Annotated[Path | None, typer.Option(help="Where to save the report of rejected rows.")]
Subject = Annotated[str, typer.Option("--as", help="Whose key to use, of those in credentials.json.")]


@population.command("generate")
def generate(
    size: Annotated[int, typer.Option(min=1, max=10_000_000, help="Rows.")] = SIZE,
    seed: Annotated[int, typer.Option(help="The same seed gives the same file.")] = SEED,
    agents: Annotated[bool, typer.Option("--agents", help="Some customers have an agent.")] = False,
) -> None:
    """Print a CSV file of invented customers, with everything wrong in it that real files have."""
    for line in population_csv(size, seed, agents):
        sys.stdout.buffer.write(line)


@population.command("load")
def load(
    file: File,
    campaign: Campaign,
    schema: Schema = None,
    rejected: Rejected = None,
    subject: Subject = "analyst",
    as_json: AsJson = False,
) -> None:
    """Load a campaign's customers. Interrupted, give the same command again: the same file has one effect.

    It goes to the stack that runs here, or to OTM_DISPATCHER_URL with the key OTM_KEY. Exit codes: 0 it is loaded;
    1 it is not, and nothing of it is kept.
    """
    from deploy.local.operate.letters.population import Population

    console = Console(stderr=True)
    with errors_shown(console):
        if rejected:
            expect_writable(rejected)
        sending = Population(endpoint("dispatcher", subject), campaign)
        if schema:
            sending.declare(schema)
        with _bar(console) as bar:
            task = bar.add_task("Reading", total=file.stat().st_size)
            report = sending.load(file, lambda doing, done: bar.update(task, description=doing, completed=done))
        if rejected:
            _save(sending, rejected, console)
    if as_json:
        Console().print_json(json.dumps(report))
    else:
        Console().print(_table(report))


def _save(sending: "Population", to: Path, console: Console) -> None:
    """Saves the report of rejected rows. The load has its effect, whatever becomes of its report."""
    try:
        sending.save("rejected", to)
    except (OSError, StackError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        console.print(f"[yellow]Loaded, but {to} was not written: {reason}. Give the same command again[/]")


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<22}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TimeRemainingColumn(), console=console,
    )  # fmt: skip


def _table(report: dict[str, Any]) -> Table:
    table = Table(title=f"Population of {report['campaign']}", box=None, header_style="bold", pad_edge=False)
    table.add_column("what became of the rows")
    table.add_column("rows", justify="right")
    for which in ("rejected", "suppressed"):
        for tally in report[which]:
            table.add_row(f"{which}: {tally['reason']}", f"{tally['count']:,}")
    for stratum in report["strata"]:
        table.add_row(f"to be randomised: {stratum['code']}", f"{stratum['count']:,}")
    table.add_section()
    table.add_row("[bold]all[/]", f"[bold]{report['rows']:,}[/]")
    return table
