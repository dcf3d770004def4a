"""Forecasts, schedules and re-fits in words and tables, whether of a file or of a campaign."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from deploy.local.terminal.tables import Row, table, weekday

if TYPE_CHECKING:
    from services.planner.forecast.refits.refit import Fit
    from services.planner.forecast.report.figures import DayForecast, ForecastReport, TeamPeak
    from services.planner.forecast.schedule.comparison import Comparison
    from services.planner.forecast.schedule.proposal import Proposal


def print_report(found: "ForecastReport") -> None:
    for team in dict.fromkeys(day.team for day in found.days):
        typer.echo(f"\n{team}")
        days = [_day(day) for day in found.days if day.team == team]
        Console().print(table(("day", "low", "central", "high", "hours", "advisers", "left", "over"), days))
    for peak in found.peaks:
        typer.echo(f"{peak.team}: {peak.low} to {peak.high} on its highest day, nine times in ten")
    for week in found.debt:
        contacts = ", ".join(f"{reason} {count:.0f}" for reason, count in sorted(week.contacts.items()))
        typer.echo(f"debt management, week of {week.week}: {contacts}")
    for team in found.unpromised:
        typer.echo(f"{team}: its capacity is not known, so nothing can be promised for it")


def _day(day: "DayForecast") -> Row:
    over = "" if day.over is None else f"{day.over:.0%}"
    left = "?" if day.left is None else f"{day.left:.0f}"
    return (weekday(day.on), day.low, round(day.central), day.high, str(day.hours), day.advisers, left, over)


def print_proposal(found: "Proposal") -> None:
    for wave in found.waves:
        typer.echo(f"{weekday(wave.on)}  {wave.size:,}")
    for team in found.unpromised:
        typer.echo(f"{team}: its capacity is not known, so it limits nothing here")
    if (short := found.shortfall) is None:
        return
    typer.echo(f"no schedule fits: {short.letters} communications do, {short.fewer_letters} do not. It would fit with")
    typer.echo(f"  fewer communications: {short.fewer_letters} fewer")
    typer.echo(f"  more days: until {short.last_day or 'no day that was looked at'}")
    contacts = json.dumps(short.contacts_a_day) if short.contacts_a_day else "none would do"
    typer.echo(f"  more contacts a day: {contacts}")
    typer.echo(f"  a higher limit a day: {short.daily_limit or 'none would do'}")
    for excess in short.excess[:10]:
        typer.echo(f"  {excess.team} on {excess.on}: {excess.contacts} contacts too many")


def comparison_rows(found: "Comparison") -> dict[str, list[str]]:
    both = (found.one, found.other)
    teams = dict.fromkeys(peak.team for each in both for peak in each.peaks)
    return {
        "last wave": [str(each.last_wave) for each in both],
        "communications": [str(each.communications) for each in both],
        "contacts, central": [f"{each.contacts[1]:.0f}" for each in both],
        "days over capacity": [str(each.over_capacity) for each in both],
        **{f"highest day of {team}": [_highest(each.peaks, team) for each in both] for team in teams},
    }


def print_comparison(found: "Comparison", names: tuple[str, str]) -> None:
    Console().print(table(("", *names), ((name, *values) for name, values in comparison_rows(found).items())))


def print_fit(fit: "Fit", waves: Sequence[Mapping[str, Any]]) -> None:
    for arm, rate in fit.rates.items():
        came = f"{rate.contacts} contacts came where {rate.expected:.0f} were expected"
        typer.echo(f"{arm}: {rate.central:.4f} ({rate.low:.4f} to {rate.high:.4f}); {came}")
    typer.echo(f"answers come {fit.speed} times as fast as assumed ({fit.speed_low} to {fit.speed_high})")
    low, central, high = fit.to_come
    typer.echo(f"still to come after letters that are out: {central:.0f} ({low:.0f} to {high:.0f})")
    for wave in waves:
        instead = f": {wave['letters']} letters instead" if wave["letters"] < wave["size"] else ""
        typer.echo(f"the wave of {wave['on']} would bring {wave['now']} contacts, not {wave['planned']}{instead}")


def _highest(peaks: "Sequence[TeamPeak]", team: str) -> str:
    return next((f"{peak.low} to {peak.high}" for peak in peaks if peak.team == team), "")
