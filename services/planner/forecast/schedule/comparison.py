"""Schedules side by side: when each ends, the contacts that it brings, its highest days, and its days over capacity."""

from datetime import date

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.helplines.erlang import Standard
from services.planner.forecast.report.figures import TeamPeak, report
from shared.values import Count, Value


class ScheduleFigures(Value):
    """One schedule in figures. `contacts` are low, central and high; `over_capacity` counts the days on which some
    team's central forecast is above what it has left."""

    last_wave: date
    communications: Count
    contacts: tuple[float, float, float]
    peaks: tuple[TeamPeak, ...]
    over_capacity: Count


class Comparison(Value):
    one: ScheduleFigures
    other: ScheduleFigures


def compared(one: Assumptions, other: Assumptions, standard: Standard | None = None) -> Comparison:
    """Raises `Invalid` where one of them has no waves."""
    return Comparison(one=_figures(one, standard), other=_figures(other, standard))


def _figures(given: Assumptions, standard: Standard | None) -> ScheduleFigures:
    found = report(given, standard)
    return ScheduleFigures(
        last_wave=max(wave.on for wave in given.waves),
        communications=sum(wave.size for wave in given.waves),
        contacts=found.total,
        peaks=found.peaks,
        over_capacity=len(found.over_capacity),
    )
