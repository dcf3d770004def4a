"""`otm forecast`: `show`, `schedule`, `compare`, `refit`, `simulate`, each from a file and without a stack."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.exit_codes import ExitCode
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

if TYPE_CHECKING:
    from services.planner.forecast.report import TeamPeak

forecast = typer.Typer(help="Contacts by day and team, and the fastest schedule that the helplines can answer.")
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="YAML with assumptions, limits and contacts that arrived.")
]


@forecast.command()
def show(file: File, as_json: AsJson = False) -> None:
    """Contacts by working day and team, with bands, beside what each team can take."""
    from deploy.local.operate.forecast import loaded, shown

    with errors_shown(Console(stderr=True)):
        found = shown(loaded(file))
    if as_json:
        Console().print_json(found.model_dump_json())
        return
    table = Table("day", "team", "low", "central", "high", "hours", "advisers", "left", "over")
    for day in found.days:
        over = "" if day.over is None else f"{day.over:.0%}"
        left = "?" if day.left is None else f"{day.left:.0f}"
        low, central, high = (str(day.low), f"{day.central:.0f}", str(day.high))
        table.add_row(
            f"{day.on:%a} {day.on}", day.team, low, central, high, str(day.hours), str(day.advisers), left, over
        )
    Console().print(table)
    for peak in found.peaks:
        typer.echo(f"{peak.team}: {peak.low} to {peak.high} on its highest day, nine times in ten")
    for team in found.unpromised:
        typer.echo(f"{team}: its capacity is not known, so nothing can be promised for it")


@forecast.command()
def schedule(file: File, as_json: AsJson = False) -> None:
    """The schedule that ends first within every capacity. Exit code 1 where none fits, with what would make it fit."""
    from deploy.local.operate.forecast import loaded, scheduled

    with errors_shown(Console(stderr=True)):
        found = scheduled(loaded(file))
    if as_json:
        Console().print_json(found.model_dump_json())
    for wave in () if as_json else found.waves:
        typer.echo(f"{wave.on:%a} {wave.on}  {wave.size}")
    if found.shortfall is None:
        return
    short = found.shortfall
    if not as_json:
        typer.echo(
            f"no schedule fits: {short.letters} communications do, {short.fewer_letters} do not. It would fit with"
        )
        typer.echo(f"  fewer communications: {short.fewer_letters} fewer")
        typer.echo(f"  more days: until {short.last_day or 'no day that was looked at'}")
        typer.echo(
            f"  more contacts a day: {json.dumps(short.contacts_a_day) if short.contacts_a_day else 'none would do'}"
        )
        typer.echo(f"  a higher limit a day: {short.daily_limit or 'none would do'}")
        for excess in short.excess[:10]:
            typer.echo(f"  {excess.team} on {excess.on}: {excess.contacts} contacts too many")
    raise typer.Exit(ExitCode.FAILED)


@forecast.command()
def compare(file: File, other: File, as_json: AsJson = False) -> None:
    """Two files side by side: last wave, contacts, highest days, days over capacity."""
    from deploy.local.operate.forecast import loaded, shown

    with errors_shown(Console(stderr=True)):
        given = [loaded(each) for each in (file, other)]
        found = [shown(each) for each in given]
    rows = [
        ("last wave", *(str(max(wave.on for wave in each.assumptions.waves)) for each in given)),
        ("communications", *(str(sum(wave.size for wave in each.assumptions.waves)) for each in given)),
        ("contacts, central", *(f"{each.total[1]:.0f}" for each in found)),
        ("days over capacity", *(str(len(each.over_capacity)) for each in found)),
        *(
            (f"highest day of {team}", *(_highest(each.peaks, team) for each in found))
            for team in dict.fromkeys(peak.team for each in found for peak in each.peaks)
        ),
    ]
    if as_json:
        Console().print_json(json.dumps({name: list(values) for name, *values in rows}))
        return
    table = Table("", file.name, other.name)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@forecast.command()
def refit(file: File, as_json: AsJson = False) -> None:
    """Rates and speed from the contacts that arrived, and what waves to come would bring now."""
    from deploy.local.operate.forecast import fitted, loaded

    with errors_shown(Console(stderr=True)):
        fit, notes = fitted(loaded(file))
    if as_json:
        Console().print_json(json.dumps({"fit": fit.model_dump(mode="json"), "waves": notes}))
        return
    for arm, rate in fit.rates.items():
        came = f"{rate.contacts} contacts came where {rate.expected:.0f} were expected"
        typer.echo(f"{arm}: {rate.central:.4f} ({rate.low:.4f} to {rate.high:.4f}); {came}")
    typer.echo(f"answers come {fit.speed} times as fast as assumed ({fit.speed_low} to {fit.speed_high})")
    low, central, high = fit.to_come
    typer.echo(f"still to come after letters that are out: {central:.0f} ({low:.0f} to {high:.0f})")
    for note in notes:
        instead = f": {note['letters']} letters instead" if note["letters"] < note["size"] else ""
        typer.echo(f"the wave of {note['on']} would bring {note['now']} contacts, not {note['planned']}{instead}")


@forecast.command()
def simulate(
    file: File,
    truth: Annotated[float, typer.Option(min=0.01, max=100, help="Times the rate that was assumed.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    as_json: AsJson = False,
) -> None:
    """One possible run of the waves: contacts by day. The same seed gives the same run."""
    from deploy.local.operate.forecast import loaded, simulated

    with errors_shown(Console(stderr=True)):
        days = simulated(loaded(file), truth, seed)
    if as_json:
        Console().print_json(json.dumps([day.model_dump(mode="json") for day in days]))
        return
    table = Table("day", "issued", "contacts", "forecast")
    for day in days:
        if day.issued or day.contacts or day.expected >= 1:
            table.add_row(f"{day.on:%a} {day.on}", str(day.issued), str(day.contacts), f"{day.expected:.0f}")
    Console().print(table)


def _highest(peaks: "Sequence[TeamPeak]", team: str) -> str:
    return next((f"{peak.low} to {peak.high}" for peak in peaks if peak.team == team), "")
