"""`otm dispatch`: how far a campaign's letters have come, whether every customer is accounted for, and the audit."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.client import endpoint
from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import local_time

dispatch = typer.Typer(help="What was sent to whom, and whether it tallies.", no_args_is_help=True)
Campaign = Annotated[str, typer.Argument(help="The campaign's reference, such as OTM-26-0001.")]
Subject = Annotated[str, typer.Option("--as", help="Whose key to use, of those in credentials.json.")]
Letters = Annotated[
    Path | None, typer.Option(exists=True, file_okay=False, help="Where the print files are; else the stack's own.")
]


class Became(StrEnum):
    SENT = "sent"
    NOT_SENT = "not-sent"
    UNKNOWN = "unknown"


@dispatch.command()
def status(campaign: Campaign, subject: Subject = "operator", as_json: AsJson = False) -> None:
    """Waves, chunks and the ledger, counted now."""
    found = _look(campaign, subject, "dispatch")
    if as_json:
        return Console().print_json(json.dumps(found))
    chunks = found["chunks"]
    Console().print(
        f"[bold]{campaign}[/] is {found['status']}, by plan {found['plan_version']}: {chunks['finished']} of "
        f"{chunks['planned']} chunks are out, {chunks['deferred']} wait",
        highlight=False,
    )
    for wait in found.get("waiting", ()):
        Console().print(
            f"{wait['chunks']} wait until {wait['until']}: {wait['why']} ({wait['channel'] or 'all channels'})",
            highlight=False,
        )
    if found.get("blocked"):
        Console().print("Nothing goes out: the day to respond by has come. Amend the plan.", highlight=False)
    waves = Table("wave", "day", "communications", "started", box=None, header_style="bold", pad_edge=False)
    for wave in found["waves"]:
        waves.add_row(
            str(wave["number"]),
            local_time(wave["on"]),
            f"{wave['communications']:,}",
            local_time(wave["started_at"] or "-"),
        )
    Console().print(waves)
    Console().print(_counts("ledger", found["ledger"]), _counts("delivery", found["delivery"]))
    return None


@dispatch.command()
def reconcile(campaign: Campaign, subject: Subject = "operator", as_json: AsJson = False) -> None:
    """Every row of the population accounted for. Exit codes: 0 it tallies; 1 something is left or missing."""
    found = _look(campaign, subject, "dispatch/reconciliation")
    if as_json:
        Console().print_json(json.dumps(found))
    else:
        Console().print(_sums(found))
    raise typer.Exit(ExitCode.OK if found["tallies"] else ExitCode.FAILED)


@dispatch.command()
def audit(campaign: Campaign, letters: Letters = None, subject: Subject = "operator", as_json: AsJson = False) -> None:
    """Hold the ledger against the allocation, the references and the print files. Exit codes: 0 all is well; 1 not."""
    from deploy.local.operate.letters.dispatch import Dispatching

    with errors_shown(Console(stderr=True)):
        own = Home(LocalSettings().home).letters
        found = Dispatching(endpoint("dispatcher", subject), campaign).audit(letters or (own if own.exists() else None))
    if as_json:
        Console().print_json(json.dumps(found))
    else:
        table = Table("what is wrong", "how often", box=None, header_style="bold", pad_edge=False)
        for what, count in found["findings"].items():
            table.add_row(what, f"{count:,}")
        Console().print("All is well" if found["well"] else table)
    raise typer.Exit(ExitCode.OK if found["well"] else ExitCode.FAILED)


@dispatch.command()
def unconfirmed(campaign: Campaign, subject: Subject = "operator", as_json: AsJson = False) -> None:
    """Communications of which only a person can find out whether they went. Exit codes: 0 there are none; 1 some."""
    from deploy.local.operate.letters.dispatch import Dispatching

    with errors_shown(Console(stderr=True)):
        found = Dispatching(endpoint("dispatcher", subject), campaign).unconfirmed()
    if as_json:
        Console().print_json(json.dumps(found))
    else:
        table = Table("letter", "channel", "chunk", "handed over", box=None, header_style="bold", pad_edge=False)
        for each in found:
            table.add_row(each["reference"], each["channel"], str(each["chunk"]), local_time(each["tried_at"]))
        Console().print(table if found else "None is unconfirmed")
    raise typer.Exit(ExitCode.FAILED if found else ExitCode.OK)


@dispatch.command()
def settle(
    campaign: Campaign,
    letters: Annotated[list[str], typer.Argument(help="Letter references of unconfirmed communications.")],
    became: Annotated[Became, typer.Option(help="Whether they went. What is not sent goes again.")],
    subject: Annotated[str, typer.Option("--as", help="Whose key to use: it needs population:write.")] = "analyst",
) -> None:
    """Say what became of unconfirmed communications, once the provider was asked or its log was read."""
    from deploy.local.operate.letters.dispatch import Dispatching

    with errors_shown(Console(stderr=True)):
        dispatching = Dispatching(endpoint("dispatcher", subject), campaign)
        for letter in letters:
            dispatching.settle(letter, became.value)
            Console().print(f"{letter} is settled as {became.value}", highlight=False)


@dispatch.command()
def digests(campaign: Campaign, subject: Subject = "operator") -> None:
    """Print, as CSV, how many letters are out of each chunk and channel, and a digest over their references.

    Whoever has the letters computes the same: SHA-256 over the references, sorted, with a line feed after each.
    """
    from deploy.local.operate.letters.dispatch import Dispatching

    with errors_shown(Console(stderr=True)):
        for line in Dispatching(endpoint("dispatcher", subject), campaign).digests():
            typer.echo(line)


def _look(campaign: str, subject: str, what: str) -> dict[str, Any]:
    from deploy.local.operate.letters.dispatch import Dispatching

    with errors_shown(Console(stderr=True)):
        return Dispatching(endpoint("dispatcher", subject), campaign).look(what)


def _counts(title: str, rows: list[dict[str, Any]]) -> Table:
    table = Table("arm", title, "customers", box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(row["arm"], row["state"], f"{row['count']:,}")
    return table


def _sums(found: dict[str, Any]) -> Table:
    names = ("assigned", "issued", "failed", "suppressed_late")
    table = Table("arm", *(name.replace("_", " ") for name in names), box=None, header_style="bold", pad_edge=False)
    for arm in found["arms"]:
        label = f"{arm['arm']} (control)" if arm["control"] else arm["arm"]
        table.add_row(label, *(f"{arm[name]:,}" for name in names))
    cancelled = f"{found['cancelled']:,} cancelled, " if found["cancelled"] else ""
    wrong = "".join(f"; {count:,} {what}" for what, count in found["findings"].items())
    table.caption = (
        f"{found['rows']:,} rows: {found['rejected']:,} rejected, {found['suppressed']:,} suppressed, {cancelled}"
        f"{found['left']:,} left{wrong}; {'it tallies' if found['tallies'] else 'it does not tally'}"
    )
    return table
