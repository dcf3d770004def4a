"""The capacity of a helpline: how many contacts a team can take on a day, and what it already has to take."""

from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Annotated

from pydantic import Field

from services.planner.plan.dates import Day
from services.planner.plan.times import TimeOfDay
from shared.errors import Problem
from shared.values import Code, Count, Value

HANDLING_SECONDS = 828
"""The average handling time of a call, 13 minutes 48 seconds, unless a team says otherwise."""


class CapacityException(Value):
    """A day on which a team can take another number of contacts than on other days; 0 for a closed one."""

    on: Day
    contacts: Count


class TeamCapacity(Value):
    """The capacity of one team. `contacts` are those of a working day; `base_load` is the part of them that is taken up
    by other work. `patience_seconds` is how long a caller waits on average before giving up; None for never.
    """

    team: Code
    contacts: Count
    base_load: Count = 0
    handling_seconds: Annotated[int, Field(ge=1, le=86_400)] = HANDLING_SECONDS
    opens: TimeOfDay = time(8)
    closes: TimeOfDay = time(18)
    exceptions: Annotated[tuple[CapacityException, ...], Field(max_length=400)] = ()
    patience_seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None

    @property
    def hours(self) -> float:
        """Hours a day in which calls are taken."""
        return (self.closes.hour - self.opens.hour) + (self.closes.minute - self.opens.minute) / 60

    def on(self, day: date) -> int:
        """Contacts that the team can take on a day when helplines are open."""
        return next((each.contacts for each in self.exceptions if each.on == day), self.contacts)

    def left_on(self, day: date) -> int:
        """Contacts that are left beside the base load; none below 0."""
        return max(0, self.on(day) - self.base_load)


def capacity_problems(field: str, teams: Sequence[TeamCapacity]) -> Iterator[Problem]:
    if len({team.team for team in teams}) < len(teams):
        yield Problem(field, "unique", "a team is named twice")
    for index, team in enumerate(teams):
        yield from team_problems(f"{field}.{index}", team)


def team_problems(field: str, team: TeamCapacity) -> Iterator[Problem]:
    if team.contacts < team.base_load:
        yield Problem(f"{field}.contacts", "above-base-load", "the capacity is below the base load")
    if team.closes <= team.opens:
        yield Problem(f"{field}.closes", "after-opening", "the helpline closes after it opens")
    if len({each.on for each in team.exceptions}) < len(team.exceptions):
        yield Problem(f"{field}.exceptions", "unique", "a day is named twice")
