"""A campaign rehearsed with the loop and without: the same customers, the same luck, by the same rates.

Without the loop every wave goes out as it was planned. With it, the contacts so far are fitted every Friday. Once the
fitted rate of every arm is clearly above the one that was agreed, as far as 95% of what is known goes, nothing more
goes out, and after the days that the sign-offs take the rest follows by the schedule that the re-fit proposes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import scipy  # its parts load when they are first used: they take a second

from services.planner.forecast.assumptions import Assumptions, Committed
from services.planner.forecast.outlook import outlook
from services.planner.forecast.refits.refit import Observed, refit, suggested
from services.planner.forecast.responses.days import Matrix
from services.planner.forecast.schedule.limits import IssueLimits
from services.planner.forecast.schedule.proposal import propose
from services.planner.plan.wave_size import WaveSize
from shared.working_days import ONE_DAY

HORIZON_DAYS = 400
FRIDAY = 4
CLEARLY = 1.1
"""Times the agreed rate below which a fitted one is left alone."""


@dataclass(frozen=True)
class Rehearsed:
    """Contacts by open day, `free` without the loop and `held` with it. `held_back` are the days on which the campaign
    was paused, each with the day on which it went on by a re-fitted schedule."""

    days: tuple[date, ...]
    free: tuple[int, ...]
    held: tuple[int, ...]
    held_back: tuple[tuple[date, date], ...]


class World:
    """Customers whose rates are `truth` times those assumed, and whose luck by day and arm does not depend on what goes
    out."""

    def __init__(self, given: Assumptions, truth: float, seed: int) -> None:
        random = np.random.default_rng(seed)
        shape = given.day_noise**-2 if given.day_noise else None
        self._given = given
        self._factors = random.gamma(shape, 1 / shape, HORIZON_DAYS) if shape else np.ones(HORIZON_DAYS)
        self._chances = {arm.code: random.random(HORIZON_DAYS) for arm in given.written_to}
        self._truth = truth

    def contacts(self, waves: Sequence[WaveSize]) -> dict[str, list[int]]:
        """Contacts of each arm by day of the horizon."""
        found = outlook(self._given, waves).by_arm()
        return {arm: self._drawn(arm, means) for arm, means in found.items()}

    def _drawn(self, arm: str, means: Matrix) -> list[int]:
        padded = np.pad(means, (0, max(0, HORIZON_DAYS - len(means))))[:HORIZON_DAYS]
        return [int(n) for n in scipy.stats.poisson.ppf(self._chances[arm], self._truth * padded * self._factors)]


def rehearse(given: Assumptions, limits: IssueLimits, truth: float, seed: int, sign_off_days: int = 5) -> Rehearsed:
    world = World(given, truth, seed)
    out, ahead = list[WaveSize](), sorted(given.waves, key=lambda wave: wave.on)
    assumed, held_back = given, list[tuple[date, date]]()
    day = given.first_day
    while ahead:
        if ahead[0].on <= day:
            out.append(WaveSize(on=day, size=ahead.pop(0).size))
        if ahead and out and day.weekday() == FRIDAY:
            fit = refit(given, out, _observed(given, world.contacts(out), day), day)
            if all(fitted.low > CLEARLY * assumed.rate(arm).central for arm, fitted in fit.rates.items()):
                assumed = suggested(given, fit)
                rest = _rest(given, assumed, limits, out, day, sign_off_days)
                ahead = list(rest) or ahead
                held_back += [(day, ahead[0].on)] if rest else []
        day += ONE_DAY
    return _rehearsed(given, world, out, held_back)


def _rest(
    given: Assumptions, by_now: Assumptions, limits: IssueLimits, out: Sequence[WaveSize], day: date, sign_off_days: int
) -> tuple[WaveSize, ...]:
    """The fastest schedule of what is left that fits by the fitted rates, beside what is out."""
    left = given.letters - sum(wave.size for wave in out)
    expected = outlook(by_now, out)
    taken = tuple(
        Committed(team=team, on=on, contacts=int(np.ceil(n)))
        for team, by_day in expected.by_team("high").items()
        for on, n in zip(expected.days, by_day, strict=True)
        if n > 0
    )
    customers = max(1, round(left * given.customers / given.letters))
    fields = {"customers": customers, "waves": (), "committed": (*given.committed, *taken)}
    after = limits.model_copy(update={"asked_on": day, "notice_days": sign_off_days, "scenario": "high"})
    return propose(by_now.model_copy(update=fields), after).waves


def _observed(given: Assumptions, contacts: Mapping[str, Sequence[int]], until: date) -> list[Observed]:
    days = (until - given.first_day).days + 1
    return [
        Observed(on=date.fromordinal(given.first_day.toordinal() + day), arm=arm, contacts=count)
        for arm, counts in contacts.items()
        for day, count in enumerate(counts[:days])
        if count
    ]


def _rehearsed(
    given: Assumptions, world: World, held: Sequence[WaveSize], held_back: Sequence[tuple[date, date]]
) -> Rehearsed:
    both = [world.contacts(waves) for waves in (given.waves, held)]
    sums = [[sum(counts[day] for counts in each.values()) for day in range(HORIZON_DAYS)] for each in both]
    opened = [day for day in range(HORIZON_DAYS) if sums[0][day] + sums[1][day]]
    return Rehearsed(
        days=tuple(date.fromordinal(given.first_day.toordinal() + day) for day in opened),
        free=tuple(sums[0][day] for day in opened),
        held=tuple(sums[1][day] for day in opened),
        held_back=tuple(held_back),
    )
