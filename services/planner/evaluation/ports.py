"""The port through which planner keeps the units of trials."""

from typing import Protocol

from services.planner.evaluation.kept_columns import KeptColumns
from shared.contracts import UnitOutcomes, UnitReturned, UnitsAllocated, UnitsSettled


class UnitRepository(Protocol):
    """Keeps what events say of units. Every write may be repeated, and come in any order: the end is the same."""

    async def allocated(self, allocated: UnitsAllocated) -> None: ...

    async def settled(self, event: str, settled: UnitsSettled) -> None:
        """`event` is the id of what was heard; the same event again changes nothing."""
        ...

    async def returned(self, returned: UnitReturned) -> None: ...

    async def outcomes(self, event: str, outcomes: UnitOutcomes) -> None: ...

    async def kept(self, campaign: str) -> KeptColumns:
        """Returns all that is kept of a campaign's units, read block by block."""
        ...
