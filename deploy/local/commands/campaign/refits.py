"""Re-fits: `refits`, `propose-refit`, `accept-refit`, `decline-refit`."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.commands.campaign.options import Caller, Reference, Seen, Why, desk, told
from deploy.local.terminal.printing import AsJson

ProposalNumber = Annotated[int, typer.Argument(min=1, help="As `otm campaign refits` lists it.")]


def add_to(app: typer.Typer) -> None:
    app.command("refits")(refits)
    app.command("propose-refit")(propose_refit)
    app.command("accept-refit")(accept_refit)
    app.command("decline-refit")(decline_refit)


def refits(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """The schedules that planner proposes by what really came, and what was decided about each."""
    with desk(caller) as opened:
        found = opened.read(f"/{campaign}/refits")
    if as_json:
        Console().print_json(json.dumps(found))
        return
    if not found:
        typer.echo("There are none yet: `otm campaign propose-refit` asks for one")
    for proposal in found:
        _print(proposal)


def propose_refit(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Ask planner for the next schedule by what came until yesterday."""
    with desk(caller) as opened:
        changed = opened.act("POST", campaign, "/refits")
    if as_json:
        Console().print_json(json.dumps(changed))
    else:
        _print(changed["refits"][-1])


def accept_refit(
    campaign: Reference,
    number: ProposalNumber,
    why: Why = "",
    seen: Seen = None,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Make a proposal the plan; the gates that look at what changes open again, and a live campaign pauses."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, f"/refits/{number}/acceptance", {"reason": why}, seen), as_json)


def decline_refit(
    campaign: Reference, number: ProposalNumber, why: Why = "", as_json: AsJson = False, caller: Caller = "designer"
) -> None:
    """Decline a proposal; nothing else changes."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, f"/refits/{number}/refusal", {"reason": why}), as_json)


def _print(proposal: dict[str, Any]) -> None:
    decision = proposal["decision"]
    decided = f"{'accepted' if decision['accepted'] else 'declined'} by {decision['by']}" if decision else "open"
    typer.echo(f"{proposal['number']}: {decided}; proposed {proposal['at'][:16]} by {proposal['by']}")
    for words in proposal["says"]:
        typer.echo(f"  {words}")
    waves = ", ".join(f"{wave['on']}: {wave['size']}" for wave in proposal["schedule"])
    typer.echo(f"  schedule: {waves}")
    if proposal["shortfall"]:
        fewer = proposal["shortfall"]["fewer_letters"]
        typer.echo(f"  {fewer} letters more than the helplines can answer: this brings what was planned instead")
