"""`otm subject`: what a customer may ask of us, at both services that know customers."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.errors import StackError
from deploy.local.terminal.errors_shown import errors_shown

subject = typer.Typer(help="What we hold about a customer: export, restrict, lift, erase.", no_args_is_help=True)
Letter = Annotated[str | None, typer.Option(help="The reference of a letter that the customer holds.")]
Kind = Annotated[
    str | None,
    typer.Option(help="Or utr, nino, vrn, paye or own: the customer's reference is read from standard input."),
]
Campaign = Annotated[
    str | None, typer.Option("--campaign", "-c", help="With --kind own: the campaign that gave the reference.")
]
Caller = Annotated[str, typer.Option("--as", help="Whose key to use, of those in credentials.json.")]
Reason = Annotated[str, typer.Option(help="A code, such as accuracy-contested.")]
Ground = Annotated[str, typer.Option(help="A code, such as objection or no-longer-needed.")]
PRIVACY = "data-protection"


@subject.command()
def export(letter: Letter = None, kind: Kind = None, campaign: Campaign = None, caller: Caller = PRIVACY) -> None:
    """Print all that is kept, as JSON. Exit codes: 0 there is something; 1 there is nothing, or a service fails."""
    _ask("export", _whom(letter, kind, campaign), caller)


@subject.command()
def restrict(
    reason: Reason, letter: Letter = None, kind: Kind = None, campaign: Campaign = None, caller: Caller = PRIVACY
) -> None:
    """Stop any reading or use of the customer's data, and any campaign from writing to the customer."""
    _ask("restrict", {"whom": _whom(letter, kind, campaign), "reason": reason}, caller)


@subject.command()
def lift(
    reason: Reason, letter: Letter = None, kind: Kind = None, campaign: Campaign = None, caller: Caller = PRIVACY
) -> None:
    """End a restriction."""
    _ask("lift", {"whom": _whom(letter, kind, campaign), "reason": reason}, caller)


@subject.command()
def erase(
    ground: Ground, letter: Letter = None, kind: Kind = None, campaign: Campaign = None, caller: Caller = PRIVACY
) -> None:
    """Take out what is personal, as far as the law allows, and print what has to stay and why."""
    _ask("erase", {"whom": _whom(letter, kind, campaign), "ground": ground}, caller)


def _whom(letter: str | None, kind: str | None, campaign: str | None) -> dict[str, Any]:
    """Nobody's reference stands on a command line, where everybody on the machine could read it."""
    if (letter is None) == (kind is None):
        raise typer.BadParameter("give either --letter or --kind")
    if (kind == "own") != (campaign is not None):
        raise typer.BadParameter("--kind own needs --campaign, and nothing else has one")
    if letter is not None:
        return {"letter_reference": letter}
    reference = typer.prompt("Reference", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().strip()
    of_campaign = {"campaign": campaign} if campaign else {}
    return {"customer_reference": {"kind": kind, "reference": reference, **of_campaign}}


def _ask(what: Any, body: object, caller: str) -> None:
    from deploy.local.operate.protection.subject import addresses, ask

    with errors_shown(Console(stderr=True)):
        answers = ask(addresses(caller), what, body)
        if what == "export" and not any(answers.values()):
            raise StackError("nothing is kept about this customer")
    if any(answers.values()):
        typer.echo(json.dumps(answers, indent=2, ensure_ascii=False))
