"""The port through which planner keeps the capacity of teams."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from services.planner.capacity.capacity import KeptCapacity
from services.planner.forecast.helplines.capacity import TeamCapacity

Replace = Callable[[KeptCapacity | None], KeptCapacity]
"""From the present version of a team, None without one, to the next."""


class CapacityRepository(Protocol):
    async def one(self, team: str) -> KeptCapacity | None:
        """Returns the present version of a team's capacity; None where nobody has said it."""
        ...

    async def all(self) -> Sequence[KeptCapacity]:
        """Returns the present version of every team, by the team's code."""
        ...

    async def versions(self, team: str) -> Sequence[KeptCapacity]:
        """Returns every version of a team's capacity, oldest first."""
        ...

    async def replace(self, changes: Mapping[str, Replace]) -> Sequence[KeptCapacity]:
        """Replaces the capacity of each team by what its change returns, all or nothing, and returns the new versions.
        A change that returns the present version keeps nothing. Raises what a change raises.
        """
        ...

    async def of(self, teams: Sequence[str]) -> tuple[TeamCapacity, ...]:
        """Returns what these teams can take, as far as they have said it."""
        ...
