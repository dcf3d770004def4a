"""The forecast as it is shown: contacts by working day and team with their band, beside what each team can take."""

from datetime import date

import numpy as np

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.helplines.capacity import HANDLING_SECONDS, TeamCapacity
from services.planner.forecast.helplines.debt import WeekOfDebt, debt_of
from services.planner.forecast.helplines.erlang import SECONDS_AN_HOUR, Standard, advisers_needed
from services.planner.forecast.outlook import Outlook, outlook
from services.planner.forecast.responses.arrival import arrivals
from services.planner.forecast.responses.bands import COVERAGE, Band, Bands
from shared.errors import Invalid, Problem
from shared.values import Code, Count, Value

USUAL_HOURS = 10.0
"""Hours a day in which a team takes calls, where nobody has said its capacity."""
LEAST_CONTACTS = 0.5
"""Contacts that a day must have to be shown, beside days that are over capacity."""


class DayForecast(Value):
    """One team on one day. `low` and `high` hold the contacts with the probability `coverage` of the report.

    `hours` are the handling hours and `advisers` those needed for the answer time, both for `central` contacts and the
    base load. `left` is the capacity beside the base load and other campaigns, None where nobody has said it; `over` is
    the probability of more contacts than that.
    """

    on: date
    team: Code
    low: Count
    central: float
    high: Count
    hours: float
    advisers: Count
    left: float | None
    over: float | None


class TeamPeak(Value):
    """The band of a team's highest day, whichever that is."""

    team: Code
    low: Count
    high: Count


class ForecastReport(Value):
    """`total` are all contacts, with redials, low, central and high. `unpromised` are teams of unknown capacity."""

    coverage: float
    total: tuple[float, float, float]
    days: tuple[DayForecast, ...]
    peaks: tuple[TeamPeak, ...]
    debt: tuple[WeekOfDebt, ...]
    unpromised: tuple[Code, ...]
    over_capacity: tuple[date, ...]
    """Days on which some team's central forecast is above what it has left."""


def report(given: Assumptions, standard: Standard | None = None) -> ForecastReport:
    """The forecast for the waves of the assumptions. Raises `Invalid` where there are none."""
    if not given.waves:
        raise Invalid("there is nothing to forecast", Problem("waves", "required", "say the waves, or ask a schedule"))
    _expect_in_time(given)
    expected = outlook(given)
    days: list[DayForecast] = []
    peaks = []
    for team, share in given.reached.items():
        bands = Bands(expected, share)
        days += _days(expected, team, bands, standard or Standard())
        peak = bands.of_peak()
        peaks.append(TeamPeak(team=team, low=peak.low, high=peak.high))
    known = {team.team for team in given.teams}
    low, central, high = (round(float(expected.total(level).sum()), 1) for level in ("low", "central", "high"))
    return ForecastReport(
        coverage=COVERAGE,
        total=(low, central, high),
        days=tuple(sorted(days, key=lambda day: (day.on, day.team))),
        peaks=tuple(peaks),
        debt=debt_of([expected]),
        unpromised=tuple(team for team in given.reached if team not in known),
        over_capacity=tuple(sorted({day.on for day in days if day.left is not None and day.central > day.left})),
    )


def _expect_in_time(given: Assumptions) -> None:
    """Raises `Invalid` where the deadline is over before anybody could have answered the first wave."""
    if given.respond_by is None:
        return
    first = min(wave.on for wave in given.waves)
    arrived = min(min(arrivals(arm, first, given.closed.division)) for arm in given.written_to)
    if given.respond_by <= arrived:
        message = f"the first letters arrive on {arrived}: nobody can answer by then"
        raise Invalid("the deadline is too early", Problem("respond_by", "after-first-answer", message))


def _days(expected: Outlook, team: str, bands: Bands, standard: Standard) -> list[DayForecast]:
    left = _left(expected, team)
    over = bands.beyond(np.array([np.inf if each is None else each for each in left]))
    means = expected.by_team()[team]
    shown = [day for day, mean in enumerate(means) if mean >= LEAST_CONTACTS]
    each_band = bands.by_day()
    calls = _Calls(expected.given, team, standard)
    return [
        calls.day(expected.days[day], float(means[day]), each_band[day], left[day], float(over[day])) for day in shown
    ]


def _left(expected: Outlook, team: str) -> list[float | None]:
    """Contacts that a team has left on each day; None where nobody has said its capacity."""
    capacity = _capacity(expected.given, team)
    if capacity is None:
        return [None] * expected.horizon
    taken: dict[date, int] = {}
    for each in expected.given.committed:
        if each.team == team:
            taken[each.on] = taken.get(each.on, 0) + each.contacts
    return [float(max(0, capacity.left_on(day) - taken.get(day, 0))) for day in expected.days]


class _Calls:
    """The calls of one team: how long they take, and how many advisers they need."""

    def __init__(self, given: Assumptions, team: str, standard: Standard) -> None:
        capacity = _capacity(given, team)
        self._team, self._standard = team, standard
        self._base_load = capacity.base_load if capacity else 0
        self._seconds = capacity.handling_seconds if capacity else HANDLING_SECONDS
        self._hours = capacity.hours if capacity else USUAL_HOURS
        patience = capacity.patience_seconds if capacity else None
        self._patience = float(patience) if patience else None

    def day(self, on: date, central: float, band: Band, left: float | None, over: float) -> DayForecast:
        calls = central + self._base_load
        return DayForecast(
            on=on,
            team=self._team,
            low=band.low,
            central=round(central, 1),
            high=band.high,
            hours=round(calls * self._seconds / SECONDS_AN_HOUR, 1),
            advisers=advisers_needed(calls / self._hours, self._seconds, self._standard, self._patience),
            left=left,
            over=None if left is None else round(over, 4),
        )


def _capacity(given: Assumptions, team: str) -> TeamCapacity | None:
    return next((each for each in given.teams if each.team == team), None)
