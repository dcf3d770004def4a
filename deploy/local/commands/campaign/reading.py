"""Look at campaigns: `list`, `show`, `history`, `assessment`, `gates`, `stakeholders`, `clashes`, `missing`."""

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from deploy.local.commands.campaign.options import Caller, Reference, desk
from deploy.local.exit_codes import ExitCode
from deploy.local.terminal.campaign_words import gate_stands, step, team_stands
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import Row, table


def add_to(app: typer.Typer) -> None:
    app.command("list")(list_)
    for command in (show, history, assessment, gates, stakeholders, clashes, missing):
        app.command()(command)


def list_(as_json: AsJson = False, caller: Caller = "designer") -> None:
    """List all campaigns."""
    _table("", caller, as_json, ("campaign", "state", "launch", "title"), lambda campaigns: (
        (c["reference"], c["state"], c["launch"], c["title"]) for c in campaigns
    ))  # fmt: skip


def show(campaign: Reference, caller: Caller = "designer") -> None:
    """One campaign as it stands, as JSON."""
    with desk(caller) as opened:
        Console().print_json(json.dumps(opened.read(f"/{campaign}")))


def history(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Every change, with who made it, when and why."""
    _table(f"/{campaign}/history", caller, as_json, ("version", "when", "who", "what", "about", "why"), lambda found: (
        (e["version"], e["at"], e["by"], step(e["step"]), e["about"] or "", e["reason"]) for e in found
    ))  # fmt: skip


def assessment(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """The questions, and which answers hold."""
    _table(f"/{campaign}/assessment", caller, as_json, ("question", "asks", "stands"), lambda found: (
        (q["question"], q["asks"], q["why_open"] or "answered") for q in found["questions"]
    ))  # fmt: skip


def gates(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """The approvals, in order, and which are open."""
    _table(f"/{campaign}/gates", caller, as_json, ("gate", "stands", "by", "until"), lambda found: (
        (s["gate"]["code"], gate_stands(s["why_open"], s["touched"]), *_approval(s["approval"])) for s in found
    ))  # fmt: skip


def stakeholders(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """The teams that it will hit, and whether they know."""
    _table(f"/{campaign}/stakeholders", caller, as_json, ("team", "needed", "stands", "by"), lambda found: (
        (t["team"], t["needed"], team_stands(t["signed_off"], t["why_void"]), (t["acknowledged"] or {}).get("by", ""))
        for t in found["teams"]
    ))  # fmt: skip


def clashes(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Other campaigns for the same customers in the same weeks."""
    _table(f"/{campaign}/clashes", caller, as_json, ("campaign", "title", "from", "to", "decided"), lambda found: (
        (*(c["clash"][name] for name in ("campaign", "title", "begins", "ends")), "yes" if c["decided"] else "no")
        for c in found
    ))  # fmt: skip


def missing(
    campaign: Reference,
    step: Annotated[Literal["submission", "launch"], typer.Argument()] = "submission",
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """List all that stands against submitting it, or against launching it. Exit code 1 while there is anything."""
    with desk(caller) as opened:
        problems = opened.read(f"/{campaign}/{step}")["problems"]
    if as_json:
        Console().print_json(json.dumps(problems))
    for problem in () if as_json else problems:
        typer.echo(f"{problem['field']}: {problem['message']} [{problem['rule']}]")
    raise typer.Exit(ExitCode.FAILED if problems else ExitCode.OK)


def _table(
    path: str, caller: str, as_json: bool, columns: tuple[str, ...], rows: Callable[[Any], Iterable[Row]]
) -> None:
    with desk(caller) as opened:
        found = opened.read(path)
    if as_json:
        Console().print_json(json.dumps(found))
        return
    Console(highlight=False).print(table(columns, rows(found)))


def _approval(approval: dict[str, str] | None) -> tuple[str, str]:
    return (approval["by"], approval["expires_at"]) if approval else ("", "")
