"""The proposed schedule, and what would make one fit where none does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated

import numpy as np
import scipy  # its parts load when they are first used: they take a second
from pydantic import Field

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.schedule.limits import IssueLimits, daily_limit, days_from, issue_days
from services.planner.forecast.schedule.program import IssueProgram
from services.planner.plan.wave_size import WaveSize
from shared.values import Code, Count, Value

MOST_SHOWN = 100
LEAST_SHOWN = 0.05
"""Contacts over capacity below which a day is not listed."""


class Excess(Value):
    """Contacts of a team on a day beyond its capacity."""

    team: Code
    on: date
    contacts: float


class Shortfall(Value):
    """Why no schedule fits, and the smallest single changes with which one would; None for a change that cannot help.

    `letters` fit, so many fewer than are to go out. `last_day` is the day of the last wave if the window were open
    longer. `contacts_a_day` are further contacts for each team that needs them, on every day. `daily_limit` is the
    limit of communications a day that would do. `excess` is where the least excess would fall with all letters out.
    """

    letters: Count
    fewer_letters: Count
    last_day: date | None
    contacts_a_day: dict[Code, Count] | None
    daily_limit: Count | None
    excess: tuple[Excess, ...]


class Proposal(Value):
    """Either `waves` that fit, or a `shortfall`. `unpromised` are teams that no capacity is known of. `highest` is, by
    team, the largest share of what it has left that is used on a day.
    """

    waves: tuple[WaveSize, ...] = ()
    shortfall: Shortfall | None = None
    unpromised: tuple[Code, ...] = ()
    highest: Annotated[dict[Code, float], Field(default_factory=dict)]

    @property
    def finished(self) -> date | None:
        return self.waves[-1].on if self.waves else None


def propose(given: Assumptions, limits: IssueLimits) -> Proposal:
    """The schedule that ends first within every capacity, and of these the one whose sizes change least from one issue
    day to the next. Raises `Invalid` where no day is left to issue on."""
    program = IssueProgram(given, limits, issue_days(given, limits))
    known = {team.team for team in given.teams}
    unpromised = tuple(team for team in given.reached if team not in known)
    days = program.fewest_days()
    if days is None:
        return Proposal(shortfall=_shortfall(given, limits, program), unpromised=unpromised, highest={})
    sizes = program.sizes(days) or []
    waves = tuple(WaveSize(on=on, size=size) for on, size in zip(program.days, sizes, strict=False) if size)
    return Proposal(waves=waves, unpromised=unpromised, highest=_highest(program, sizes))


def _highest(program: IssueProgram, sizes: Sequence[int]) -> dict[str, float]:
    highest: dict[str, float] = {}
    for row, contacts in zip(program.rows, program.expected(sizes), strict=True):
        used = float(contacts) / row.left if row.left else 0.0
        highest[row.team] = max(highest.get(row.team, 0.0), round(used, 4))
    return highest


def _shortfall(given: Assumptions, limits: IssueLimits, program: IssueProgram) -> Shortfall:
    letters = int(program.most(len(program.days)) + 1e-6)
    return Shortfall(
        letters=letters,
        fewer_letters=given.letters - letters,
        last_day=_later(given, limits),
        contacts_a_day=_further_contacts(program),
        daily_limit=_higher_limit(given, limits, program),
        excess=_excess(program),
    )


def _later(given: Assumptions, limits: IssueLimits) -> date | None:
    longer = IssueProgram(given, limits, list(days_from(given, limits)))
    days = longer.fewest_days()
    return longer.days[days - 1] if days else None


def _further_contacts(program: IssueProgram) -> dict[str, int] | None:
    """The fewest further contacts a day in total, then as whole numbers of which none can be one less."""
    teams = sorted({row.team for row in program.rows})
    days = len(program.days)
    more = np.array([[-1.0 if row.team == team else 0.0 for team in teams] for row in program.rows])
    found = scipy.optimize.linprog(
        np.concatenate([np.zeros(days), np.ones(len(teams))]),
        A_ub=scipy.sparse.hstack(
            [program.contacts, scipy.sparse.csr_array(more.reshape(len(program.rows), len(teams)))]
        ),
        b_ub=program.left,
        A_eq=np.concatenate([np.ones(days), np.zeros(len(teams))])[None, :],
        b_eq=[program.letters],
        bounds=[(0, program.limit)] * days + [(0, None)] * len(teams),
        method="highs",
    )
    if found.x is None:
        return None
    extra = {team: int(np.ceil(each - 1e-7)) for team, each in zip(teams, found.x[days:], strict=True)}
    for team in teams:
        extra[team] = _smallest(0, extra[team], partial(_fits_with, program, extra, team))
    return {team: each for team, each in extra.items() if each}


def _fits_with(program: IssueProgram, extra: Mapping[str, int], team: str, contacts: int) -> bool:
    return program.fits(len(program.days), {**extra, team: contacts})


def _higher_limit(given: Assumptions, limits: IssueLimits, program: IssueProgram) -> int | None:
    """The lowest limit a day with which everything fits; the providers' limits by channel stay."""

    def fits(limit: int) -> bool:
        changed = limits.model_copy(update={"daily_limit": limit})
        return program.fits(len(program.days), limit=daily_limit(given, changed))

    return _smallest(limits.daily_limit, given.letters, fits) if fits(given.letters) else None


def _smallest(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The smallest number from `low` to `high` that fits; `high` does."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low


def _excess(program: IssueProgram) -> tuple[Excess, ...]:
    """Where the contacts beyond capacity fall if all letters go out with as few of them as possible."""
    days, rows = len(program.days), len(program.rows)
    found = scipy.optimize.linprog(
        np.concatenate([np.zeros(days), np.ones(rows)]),
        A_ub=scipy.sparse.hstack([program.contacts, -scipy.sparse.eye_array(rows)]),
        b_ub=program.left,
        A_eq=np.concatenate([np.ones(days), np.zeros(rows)])[None, :],
        b_eq=[program.letters],
        bounds=[(0, program.limit)] * days + [(0, None)] * rows,
        method="highs",
    )
    if found.x is None:
        return ()
    beyond = zip(program.rows, found.x[days:], strict=True)
    listed = [Excess(team=r.team, on=r.on, contacts=round(float(n), 1)) for r, n in beyond if n >= LEAST_SHOWN]
    return tuple(sorted(listed, key=lambda each: -each.contacts)[:MOST_SHOWN])
