"""`otm forecast`: `show`, `schedule`, `compare`, `refit`, `simulate`, of a file without a stack, or of a campaign."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.commands.campaign.options import Caller, Reference, desk
from deploy.local.exit_codes import ExitCode
from deploy.local.terminal import forecast_tables as tables
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import table, weekday
from shared.values import CAMPAIGN_PATTERN

forecast = typer.Typer(help="Contacts by day and team, and the fastest schedule that the helplines can answer.")
CAMPAIGN = re.compile(CAMPAIGN_PATTERN)
Source = Annotated[
    str, typer.Argument(help="A campaign, such as OTM-26-0001, or a YAML file with assumptions, limits and arrivals.")
]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML with assumptions and limits.")]
Limits = Annotated[
    Path | None, typer.Option("--limits", exists=True, dir_okay=False, help="Of a campaign: YAML with further limits.")
]


@forecast.command()
def show(source: Source, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Contacts by working day and team, with bands, beside what each team can take."""
    from deploy.local.operate.campaigns import forecast, forecast_of_file

    if CAMPAIGN.fullmatch(source):
        with desk(caller) as opened:
            of_campaign = forecast.shown(opened, source)
        if as_json:
            Console().print_json(of_campaign.model_dump_json())
            return
        tables.print_report(of_campaign.report)
        for words in of_campaign.cannot_promise:
            typer.echo(words)
        return
    with errors_shown(Console(stderr=True)):
        found = forecast_of_file.shown(forecast_of_file.loaded(_file(source)))
    if as_json:
        Console().print_json(found.model_dump_json())
    else:
        tables.print_report(found)


@forecast.command()
def schedule(source: Source, limits: Limits = None, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """The schedule that ends first within every capacity. Exit code 1 where none fits, with what would make it fit."""
    from deploy.local.operate.campaigns import forecast, forecast_of_file

    if CAMPAIGN.fullmatch(source):
        with desk(caller) as opened:
            found = forecast.scheduled(opened, source, limits)
    else:
        with errors_shown(Console(stderr=True)):
            found = forecast_of_file.scheduled(forecast_of_file.loaded(_file(source)))
    if as_json:
        Console().print_json(found.model_dump_json())
    else:
        tables.print_proposal(found)
    if found.shortfall is not None:
        raise typer.Exit(ExitCode.FAILED)


@forecast.command()
def compare(source: Source, other: File, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Two schedules side by side: two files, or a campaign and a file with other `waves` for it."""
    from deploy.local.operate.campaigns import forecast, forecast_of_file

    if CAMPAIGN.fullmatch(source):
        with desk(caller) as opened:
            found = forecast.compared(opened, source, other)
    else:
        with errors_shown(Console(stderr=True)):
            found = forecast_of_file.compared_files(
                forecast_of_file.loaded(_file(source)), forecast_of_file.loaded(other)
            )
    if as_json:
        Console().print_json(json.dumps(tables.comparison_rows(found)))
    else:
        tables.print_comparison(found, (Path(source).name, other.name))


@forecast.command()
def refit(source: Source, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Rates and speed from the contacts that arrived, and what waves to come would bring now."""
    from deploy.local.operate.campaigns import forecast, forecast_of_file

    if CAMPAIGN.fullmatch(source):
        with desk(caller) as opened:
            found = forecast.fitted(opened, source)
        fit, notes = found.fit, [wave.model_dump(mode="json") for wave in found.waves]
    else:
        with errors_shown(Console(stderr=True)):
            fit, notes = forecast_of_file.fitted(forecast_of_file.loaded(_file(source)))
    if as_json:
        Console().print_json(json.dumps({"fit": fit.model_dump(mode="json"), "waves": notes}))
    else:
        tables.print_fit(fit, notes)


@forecast.command()
def suggest(campaign: Reference, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """The contact rates that finished campaigns of the same kind brought, by channel, with their spread."""
    with desk(caller) as opened:
        found = opened.read(f"/{campaign}/forecast/suggestion")
    if as_json:
        Console().print_json(json.dumps(found))
        return
    for each in found:
        rate = each["rate"]
        between = f"{rate['low']:.4f} to {rate['high']:.4f}"
        typer.echo(f"{each['channel']}: {rate['central']:.4f} ({between}), as {rate['source']}")
    if not found:
        typer.echo("no campaign of this kind has finished")


@forecast.command()
def simulate(
    source: Source,
    truth: Annotated[float, typer.Option(min=0.01, max=100, help="Times the rate that was assumed.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """One possible run of the waves: contacts by day. The same seed gives the same run."""
    from deploy.local.operate.campaigns import forecast, forecast_of_file

    if CAMPAIGN.fullmatch(source):
        with desk(caller) as opened:
            days = forecast.simulated(opened, source, truth, seed)
    else:
        with errors_shown(Console(stderr=True)):
            days = forecast_of_file.simulated(forecast_of_file.loaded(_file(source)), truth, seed)
    if as_json:
        Console().print_json(json.dumps([day.model_dump(mode="json") for day in days]))
        return
    seen = [day for day in days if day.issued or day.contacts or day.expected >= 1]
    rows = ((weekday(day.on), day.issued, day.contacts, round(day.expected)) for day in seen)
    Console().print(table(("day", "issued", "contacts", "forecast"), rows))


def _file(source: str) -> Path:
    file = Path(source)
    if not file.is_file():
        raise typer.BadParameter(f"{source} is neither a file nor a campaign such as OTM-26-0001")
    return file
