"""`otm doctor`: whether all is well, and what to do where it is not."""

import asyncio

import typer
from rich.console import Console
from rich.markup import escape

from deploy.local.exit_codes import ExitCode
from deploy.local.terminal.printing import AsJson


def doctor(as_json: AsJson = False) -> None:
    """Examine broker, store, services, clocks, disk, versions, topology, outbox, consumers and what is left over.

    Exit codes: 0 all is well; 1 something is not, and each line says what to do.
    """
    from deploy.local.operate.doctor.examination import examine

    found = asyncio.run(examine())
    console = Console()
    if as_json:
        console.print_json(found.model_dump_json())
    for finding in () if as_json else found.findings:
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
        console.print(f"{mark} [bold]{finding.part}[/]: {escape(finding.words)}", highlight=False)
        if finding.remedy:
            console.print(f"    [yellow]{escape(finding.remedy)}[/]", highlight=False)
    if not as_json:
        ill = sum(not finding.well for finding in found.findings)
        console.print("All is well" if found.well else f"{ill} of {len(found.findings)} need a hand", highlight=False)
    raise typer.Exit(ExitCode.OK if found.well else ExitCode.FAILED)
