"""Look ahead and look on: `forecast`, `progress`, `waiting`, `conditions`, `channels`."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.commands.campaign.options import Caller, Reference, desk
from deploy.local.errors import StackError
from deploy.local.operate.campaigns.outlook import by_week, conditions_of, figures_of
from deploy.local.operate.campaigns.waits import waits
from deploy.local.operate.notices import awaited
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import Row, table


def add_to(app: typer.Typer) -> None:
    for command in (forecast, progress, waiting, conditions, channels, requests):
        app.command()(command)


def forecast(
    campaign: Reference,
    daily: Annotated[bool, typer.Option("--daily", help="Every day rather than every week.")] = False,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Show how many contacts are expected, and when: low, central and high."""
    with desk(caller) as opened:
        days = opened.read(f"/{campaign}/stakeholders")["expected_contacts"]
    if not days and not as_json:
        Console().print("Nothing can be forecast before the plan has its launch, customers, arms and contact rate")
        return
    rows: list[Row] = [(d["on"], d["low"], d["central"], d["high"]) for d in (days if daily else by_week(days))]
    totals = tuple(sum(day[name] for day in days) for name in ("low", "central", "high"))
    _show(days, as_json, ("day" if daily else "week of", "low", "central", "high"), [*rows, ("all", *totals)])


def progress(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Show how it goes: population, waves, letters issued and returned, responses and outcomes."""
    with desk(caller) as opened:
        found = opened.read(f"/{campaign}/progress")
    _show(found, as_json, ("what", "of", "number"), figures_of(found))


def waiting(
    campaign: Annotated[str | None, typer.Argument(help="One campaign; else all that are under way.")] = None,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Show who owes what, since when and until when: gates, teams, conditions, help, lines, proposed schedules, the end
    of the closed loop's time, and whatever notices ask.
    """
    try:
        asked = awaited(campaign)
    except StackError as error:
        typer.echo(f"What notices ask is not shown. {error}", err=True)
        asked = []
    with desk(caller) as opened:
        found = waits(opened, campaign, asked)
    if not found and not as_json:
        Console().print("Nothing waits for anybody")
        return
    columns = ("campaign", "who", "owes", "because", "since", "until")
    _show(found, as_json, columns, [tuple(each.values()) for each in found])


def conditions(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Show the conditions under which gates were passed."""
    with desk(caller) as opened:
        found = conditions_of(opened.read(f"/{campaign}/gates"))
    if not found and not as_json:
        Console().print("There are none")
        return
    columns = ("gate", "condition", "by", "until", "met")
    _show(found, as_json, columns, [tuple(each.values()) for each in found])


def channels(as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Show what can be issued: by which channels, in which formats and languages, and how many a day."""
    with desk(caller) as opened:
        found = opened.channels()["channels"]
    if not found and not as_json:
        Console().print("Dispatcher has not said yet what it can issue")
        return
    columns = ("channel", "languages", "formats", "agents' copies", "a day")
    rows: list[Row] = [
        (c["code"], ", ".join(c["languages"]), ", ".join(c["formats"]) or "standard",
         "yes" if c["agent_copies"] else "no", c["a_day"] or "no limit")
        for c in found
    ]  # fmt: skip
    _show(found, as_json, columns, rows)


def requests(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Show the requests for help, who owns them, and what was answered."""
    with desk(caller) as opened:
        found = opened.read(f"/{campaign}/help")
    if not found and not as_json:
        Console().print("Nobody was asked for help")
        return
    columns = ("number", "owner", "question", "answer")
    _show(found, as_json, columns, [(r["number"], r["team"], r["question"], r["answer"] or "") for r in found])


def _show(found: Any, as_json: bool, columns: tuple[str, ...], rows: list[Row]) -> None:
    if as_json:
        Console().print_json(json.dumps(found))
    else:
        Console(highlight=False).print(table(columns, rows))
