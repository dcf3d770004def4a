"""A simulated campaign: contacts of one possible run, seeded, with and without the closed loop.

The world has its own rate, `truth` times the one that was assumed. With the loop, communications of a day are stopped
as soon as the contacts of the days before show that more come than were forecast; what is in the post still arrives.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import scipy  # its parts load when they are first used: they take a second

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.outlook import outlook
from services.planner.forecast.responses.days import Matrix
from services.planner.plan.wave_size import WaveSize
from shared.values import Count, Value

Steer = Callable[[date, Sequence[int], Sequence[float]], float]
"""From a day, and by day the contacts and those expected so far, to the share of the day's wave that goes out."""


class SimulatedDay(Value):
    """`expected` are the contacts that were forecast after what was issued; `without` those of the same world where
    nothing steers."""

    on: date
    issued: Count
    contacts: Count
    expected: float
    without: Count


def simulate(given: Assumptions, truth: float, seed: int, steer: Steer | None = None) -> list[SimulatedDay]:
    """One run over the horizon. The same seed gives the same world to both curves."""
    random = np.random.default_rng(seed)
    planned = outlook(given)
    horizon = planned.horizon
    factors = _factors(given, horizon, random)
    chance = random.random(horizon)
    each = {wave.on: _response(given, wave.on, horizon) for wave in given.waves}
    sizes = {wave.on: sum(w.size for w in given.waves if w.on == wave.on) for wave in given.waves}
    free, held = np.zeros(horizon), np.zeros(horizon)
    days: list[SimulatedDay] = []
    for day, on in enumerate(planned.days):
        size = sizes.get(on, 0)
        share = steer(on, [d.contacts for d in days], [d.expected for d in days]) if steer and size else 1.0
        if size:
            free += size * each[on]
            held += size * share * each[on]
        contacts, without = (_poisson(truth * mean[day] * factors[day], chance[day]) for mean in (held, free))
        days.append(
            SimulatedDay(
                on=on, issued=round(size * share), contacts=contacts, expected=float(held[day]), without=without
            )
        )
    return days


def _response(given: Assumptions, on: date, horizon: int) -> Matrix:
    total = outlook(given, [WaveSize(on=on, size=1)]).total()
    return np.pad(total, (0, max(0, horizon - len(total))))[:horizon]


def _factors(given: Assumptions, horizon: int, random: np.random.Generator) -> Matrix:
    if not given.day_noise:
        return np.ones(horizon)
    shape = given.day_noise**-2
    return random.gamma(shape, 1 / shape, horizon)


def _poisson(mean: float, chance: float) -> int:
    """The count at that quantile: both curves meet the same luck."""
    return int(scipy.stats.poisson.ppf(chance, mean)) if mean > 0 else 0
