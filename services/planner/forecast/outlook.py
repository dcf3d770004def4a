"""The expected contacts: by day, team and arm, for communications that are issued on given days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.responses.days import Matrix, arrived_on, horizon_of, open_days, responses
from services.planner.plan.wave_size import WaveSize

Level = Literal["low", "central", "high"]


@dataclass(frozen=True)
class Outlook:
    """Expected contacts for each share of 1 in the rate. `exposure` is, by arm, the communications whose answer is
    expected on each day, with redials: contacts on a day are the rate times this.
    """

    given: Assumptions
    exposure: Mapping[str, Matrix]

    @cached_property
    def horizon(self) -> int:
        return len(next(iter(self.exposure.values())))

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(self.given.first_day + timedelta(days=day) for day in range(self.horizon))

    @cached_property
    def opened(self) -> list[bool]:
        return open_days(self.given, self.horizon)

    def by_arm(self, level: Level = "central") -> dict[str, Matrix]:
        """Contacts by day of each arm."""
        return {arm: getattr(self.given.rate(arm), level) * days for arm, days in self.exposure.items()}

    def total(self, level: Level = "central") -> Matrix:
        """Contacts by day, all arms and teams."""
        return np.asarray(sum(self.by_arm(level).values()))

    def by_team(self, level: Level = "central") -> dict[str, Matrix]:
        total = self.total(level)
        return {team: share * total for team, share in self.given.reached.items()}


def outlook(given: Assumptions, waves: Sequence[WaveSize] | None = None, speed: float = 1.0) -> Outlook:
    """The outlook for `waves`, or for those of the assumptions. Every wave has the arms in their balance."""
    waves = given.waves if waves is None else waves
    issued = sorted({wave.on for wave in waves}) or [given.first_day]
    horizon = horizon_of(given, issued[-1], speed)
    sizes = np.array([sum(wave.size for wave in waves if wave.on == day) for day in issued], dtype=float)
    arms, balance, attempts = given.written_to, given.balance, given.redial.attempts
    arrived = np.array([sizes @ arrived_on(given, arm, issued, horizon) for arm in arms])
    contacts = responses(given, arrived, speed)
    return Outlook(given, {arm.code: attempts * balance[arm.code] * n for arm, n in zip(arms, contacts, strict=True)})
