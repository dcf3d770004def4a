"""`otm preview`: what a letter will look like, before it is in any plan."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from deploy.local.client import endpoint
from deploy.local.operate.output_file import expect_writable
from deploy.local.terminal.errors_shown import errors_shown

Letter = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="Markdown; its first line is the subject: # Your income")
]
Output = Annotated[Path, typer.Option("--output", "-o", help="Where to save it: as PDF if it ends in .pdf, else HTML.")]
Agent = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Show this copy for an agent instead.")]
RespondBy = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Else some day is shown.")]
Subject = Annotated[str, typer.Option("--as", help="Whose key to use, of those in credentials.json.")]


def preview(
    letter: Letter,
    output: Output,
    language: Annotated[Literal["en", "cy"], typer.Option()] = "en",
    print_format: Annotated[Literal["standard", "large-print"], typer.Option("--format")] = "standard",
    agent: Agent = None,
    respond_by: RespondBy = None,
    subject: Subject = "designer",
) -> None:
    """Show a letter as an invented customer would get it. Nothing of it is kept.

    Exit codes: 0 it is saved; 1 it is refused, with the places in it that nobody can fill.
    """
    from deploy.local.operate.letters.preview import letter_in, previewed

    with errors_shown(Console(stderr=True)):
        expect_writable(output)
        drafted: dict[str, Any] = {"language": language, **letter_in(letter)}
        if agent:
            drafted["agent"] = letter_in(agent)
        asked = {
            "letter": drafted,
            "format": print_format,
            "as": "pdf" if output.suffix.lower() == ".pdf" else "html",
            "recipient": "agent" if agent else "customer",
            "respond_by": respond_by.date().isoformat() if respond_by else None,
        }
        output.write_bytes(previewed(endpoint("dispatcher", subject), asked))
