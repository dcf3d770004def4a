"""Assumptions to forecast from, and customers who are simulated one by one, without the matrices of the forecast."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from services.planner.forecast.assumptions import ArmAssumption, Assumptions
from services.planner.plan.wave_size import WaveSize
from shared.working_days import is_working_day

FIRST_DAY = date(2026, 12, 8)
RATE = {"low": 0.04, "central": 0.06, "high": 0.085, "source": "the pilot of 2025"}


def assumptions(**changed: Any) -> Assumptions:
    """A campaign by second-class post over Christmas, with a deadline, closed days, redials and two teams."""
    return Assumptions.model_validate(
        {
            "customers": 30_000,
            "first_day": FIRST_DAY,
            "respond_by": date(2027, 1, 29),
            "arms": [
                {"code": "plain", "share": 2, "channel": "print", "post": "second", "rate": RATE},
                {"code": "warm", "share": 1, "channel": "email", "rate": RATE | {"central": 0.05}},
                {"code": "control", "control": True, "share": 1},
            ],
            "waves": [
                {"on": date(2026, 12, 8), "size": 8_000},
                {"on": date(2026, 12, 10), "size": 8_000},
                {"on": date(2026, 12, 22), "size": 6_500},
            ],
            "takers": [
                {"reason": "help-to-act", "team": "customer-services", "share": 0.7},
                {"reason": "cannot-pay", "team": "debt-management", "share": 0.2},
                {"reason": "complaint", "team": "customer-services", "share": 0.1},
            ],
            "bump": {"share": 0.25, "days": 5},
            "closed": {"lost": 0.2, "days": [date(2026, 12, 24)]},
            "redial": {"unanswered": 0.3, "again": 0.5},
            "day_noise": 0.2,
        }
        | changed
    )


_REACHED_AT = ((0, 0.0), (3, 0.119), (5, 0.285), (8, 0.493), (10, 0.596), (14, 0.741), (21, 0.862), (28, 0.919),
               (35, 0.950), (42, 0.971), (60, 1.0))  # fmt: skip
"""The observed cumulative series by day after a mailing, written down a second time."""
_DAYS = [day for day, _ in _REACHED_AT]
_REACHED = [reached for _, reached in _REACHED_AT]
Runs: TypeAlias = dict[str, NDArray[np.float64]]


MOST = 3.0
"""The highest factor that a day can have in a simulation."""


def simulated(given: Assumptions, rates: Mapping[str, float], random: Generator) -> Runs:
    """Attempts by team and day of one run, every customer by themselves.

    Three times as many customers as there are get in touch, and of a day's customers a share stays by the day's factor:
    a Poisson number that is thinned by a random share is Poisson about the random mean.
    """
    horizon = 400
    shape = 1 / given.day_noise**2 if given.day_noise else None
    factors = random.gamma(shape, 1 / shape, horizon) if shape else np.ones(horizon)
    assert factors.max() <= MOST
    counts = {team: np.zeros(horizon) for team in given.reached}
    days = np.concatenate(
        [_customers(given, arm, wave, rates, random) for wave in given.waves for arm in given.written_to]
    )
    days = days[random.random(len(days)) < factors[days] / MOST]
    teams = random.choice(len(counts), len(days), p=list(given.reached.values()))
    attempts = random.geometric(1 - given.redial.unanswered * given.redial.again, len(days))
    for number, team in enumerate(given.reached):
        np.add.at(counts[team], days[teams == number], attempts[teams == number])
    return counts


def _customers(
    given: Assumptions, arm: ArmAssumption, wave: WaveSize, rates: Mapping[str, float], random: Generator
) -> NDArray[np.int64]:
    """The day, from the first day on, on which each customer reaches a helpline that is open."""
    parts = sum(each.share for each in given.written_to)
    count = random.poisson(MOST * rates[arm.code] * wave.size * arm.share / parts)
    arrived = random.choice(_arrivals(arm, wave.on), count)
    wanted = arrived + np.maximum(0, np.ceil(np.interp(random.random(count), _REACHED, _DAYS)) - 2)
    if given.respond_by is not None:
        deadline = given.respond_by.toordinal()
        bump = (random.random(count) < given.bump.share) & (arrived < deadline)
        first = np.maximum(arrived + 1, deadline - given.bump.days + 1)
        within = first + np.floor(random.random(count) * (deadline + 1 - first))
        wanted = np.where(bump, within, wanted)
    wanted = wanted.astype(int)
    opened = {day: _next_open(given, date.fromordinal(day)).toordinal() for day in set(wanted.tolist())}
    reached = np.array([opened[day] for day in wanted.tolist()], dtype=int)
    made_up = (reached == wanted) | (random.random(count) >= given.closed.lost)
    return np.asarray(reached[made_up] - given.first_day.toordinal())


def _arrivals(arm: ArmAssumption, issued: date) -> list[int]:
    """Every day on which a communication may arrive, each as likely."""
    if arm.channel in ("email", "text"):
        return [issued.toordinal()]
    delivered = is_working_day if arm.post != "first" else lambda d: d.weekday() == 5 or is_working_day(d)
    day, days = _next(issued, is_working_day), []
    for _ in range(6):
        day = _next(day, delivered)
        days.append(day.toordinal())
    first, last = {"first": (1, 2), "second": (3, 4), "economy": (3, 6)}[arm.post]
    return days[first - 1 : last]


def _next(day: date, counts: Callable[[date], bool]) -> date:
    day += timedelta(days=1)
    while not counts(day):
        day += timedelta(days=1)
    return day


def _next_open(given: Assumptions, day: date) -> date:
    while not is_working_day(day) or day in given.closed.days:
        day += timedelta(days=1)
    return day


def matrix(runs: Sequence[Runs], horizon: int, *teams: str) -> NDArray[np.float64]:
    """Runs by days, of the contacts of `teams`."""
    return np.array([sum(run[team][:horizon] for team in teams) for run in runs])
