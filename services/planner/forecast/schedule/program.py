"""The schedule as a linear program: how many communications go out on each day, within every team's capacity.

The variables are the communications of each issue day, over all arms, whose balance is the same in every wave. A row
for each team and day says that the contacts expected in the chosen scenario do not exceed the capacity that is left
beside the base load and other campaigns. HiGHS solves it, through scipy (Q. Huangfu and J. A. J. Hall (2018),
"Parallelizing the dual revised simplex method", Mathematical Programming Computation 10: 119-142).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import scipy  # its parts load when they are first used: they take a second

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.responses.days import Matrix, horizon_of, response_matrix
from services.planner.forecast.schedule.limits import IssueLimits, daily_limit

LEAST_CONTACTS = 1e-9
"""Contacts for each communication that are none."""
SLACK = 1e-6
"""Communications by which a sum may miss: the solver's own tolerance."""
WHOLE_LETTERS = 500
"""Up to so many communications the smoothest schedule is looked for among whole numbers; beyond, it is rounded."""


@dataclass(frozen=True)
class Row:
    """The subject of a row of the program: a team on a day, and the contacts that it has left."""

    team: str
    on: date
    left: float


class IssueProgram:
    """`days` are the days on which communications may go out. Teams without a known capacity limit nothing."""

    def __init__(self, given: Assumptions, limits: IssueLimits, days: Sequence[date]) -> None:
        self.letters = given.letters
        self.days = list(days)
        self.limit = daily_limit(given, limits)
        horizon = horizon_of(given, self.days[-1])
        contacts = given.redial.attempts * sum(
            given.balance[arm.code]
            * getattr(given.rate(arm.code), limits.scenario)
            * response_matrix(given, arm, self.days, horizon)
            for arm in given.written_to
        )
        rows = [row for row in _rows(given, horizon) if contacts[:, (row.on - given.first_day).days].any()]
        self.rows = rows
        self.left: Matrix = np.array([row.left for row in rows])
        each = [given.reached[row.team] * contacts[:, (row.on - given.first_day).days] for row in rows]
        dense = np.array(each) if each else np.zeros((0, len(self.days)))
        dense[dense < LEAST_CONTACTS] = 0.0
        self.contacts = scipy.sparse.csr_array(dense)

    def most(self, days: int, extra: Mapping[str, float] | None = None, limit: int | None = None) -> float:
        """The most communications that fit into the first `days` issue days, with `extra` contacts a day for teams and
        perhaps another `limit` of communications a day."""
        left = self.left + np.array([(extra or {}).get(row.team, 0.0) for row in self.rows])
        most = (0, self.limit if limit is None else limit)
        found = scipy.optimize.linprog(
            -np.ones(days), A_ub=self.contacts[:, :days], b_ub=left, bounds=most, method="highs"
        )
        return float(-found.fun)

    def fits(self, days: int, extra: Mapping[str, float] | None = None, limit: int | None = None) -> bool:
        return self.most(days, extra, limit) >= self.letters - SLACK

    def fewest_days(self) -> int | None:
        """The fewest issue days, from the first on, into which everything fits; None where all are too few.

        What fits into fewer days fits into more: the bound is found by bisection, then held to in whole numbers.
        """
        low, high = 0, len(self.days)
        if not self.fits(high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.fits(middle) else (middle, high)
        return next((days for days in range(high, len(self.days) + 1) if self.sizes(days) is not None), None)

    def sizes(self, days: int) -> list[int] | None:
        """Whole sizes that change least from one issue day to the next, over the first `days`; None if none fit."""
        if self.letters <= WHOLE_LETTERS:
            return self._smoothest(days, whole=True)
        smooth = self._smoothest(days, whole=False, left=self.left - self._rounding(days))
        return smooth if smooth is not None else self._any(days)

    def expected(self, sizes: Sequence[int]) -> Matrix:
        """Contacts by row after waves of these sizes."""
        return np.asarray(self.contacts[:, : len(sizes)] @ np.array(sizes, dtype=float))

    def _smoothest(self, days: int, whole: bool, left: Matrix | None = None) -> list[int] | None:
        """Minimises the sum of the changes, each held from both sides by a variable of its own."""
        steps = days - 1
        step = scipy.sparse.eye_array(steps, days, k=1) - scipy.sparse.eye_array(steps, days)
        change = scipy.sparse.eye_array(steps)
        rows = [
            scipy.sparse.hstack([self.contacts[:, :days], scipy.sparse.csr_array((len(self.rows), steps))]),
            scipy.sparse.hstack([step, -change]),
            scipy.sparse.hstack([-step, -change]),
            scipy.sparse.csr_array(np.concatenate([np.ones(days), np.zeros(steps)])[None, :]),
        ]
        above = np.concatenate([self.left if left is None else left, np.zeros(2 * steps), [self.letters]])
        below = np.concatenate([np.full(len(above) - 1, -np.inf), [self.letters]])
        found = scipy.optimize.milp(
            np.concatenate([np.zeros(days), np.ones(steps)]),
            constraints=scipy.optimize.LinearConstraint(scipy.sparse.vstack(rows).tocsc(), below, above),
            bounds=scipy.optimize.Bounds(0, np.concatenate([np.full(days, float(self.limit)), np.full(steps, np.inf)])),
            integrality=np.concatenate([np.full(days, int(whole)), np.zeros(steps)]),
        )
        return None if found.x is None else rounded(found.x[:days])

    def _any(self, days: int) -> list[int] | None:
        """Whole sizes that fit, where what is left is too tight for rounded ones; the highest load is the lowest."""
        held = scipy.sparse.hstack([self.contacts[:, :days], scipy.sparse.csr_array(-self.left[:, None])])
        total = scipy.sparse.csr_array(np.concatenate([np.ones(days), [0.0]])[None, :])
        found = scipy.optimize.milp(
            np.concatenate([np.zeros(days), [1.0]]),
            constraints=scipy.optimize.LinearConstraint(
                scipy.sparse.vstack([held, total]).tocsc(),
                np.concatenate([np.full(len(self.rows), -np.inf), [self.letters]]),
                np.concatenate([np.zeros(len(self.rows)), [self.letters]]),
            ),
            bounds=scipy.optimize.Bounds(0, np.concatenate([np.full(days, float(self.limit)), [1.0]])),
            integrality=np.concatenate([np.ones(days), [0.0]]),
            options={"mip_rel_gap": 1e-3},
        )
        return None if found.x is None else rounded(found.x[:days])

    def _rounding(self, days: int) -> Matrix:
        """By how many contacts rounded sizes can exceed exact ones: their running totals are half a letter apart at
        most, which a sum by parts carries over to the contacts."""
        dense = self.contacts[:, :days].toarray()
        return np.asarray((np.abs(np.diff(dense, axis=1)).sum(axis=1) + dense[:, -1]) / 2)


def rounded(sizes: Sequence[float]) -> list[int]:
    """Rounds the running total, so that nothing is lost or gained."""
    totals = np.rint(np.cumsum(sizes))
    return [int(size) for size in np.diff(totals, prepend=0.0)]


def _rows(given: Assumptions, horizon: int) -> list[Row]:
    taken: dict[tuple[str, date], int] = {}
    for each in given.committed:
        taken[each.team, each.on] = taken.get((each.team, each.on), 0) + each.contacts
    days = [given.first_day + timedelta(days=day) for day in range(horizon)]
    return [
        Row(team.team, day, max(0.0, float(team.left_on(day) - taken.get((team.team, day), 0))))
        for team in given.teams
        if team.team in given.reached
        for day in days
    ]
