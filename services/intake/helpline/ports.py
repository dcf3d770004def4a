"""The store of capacities, as intake has heard of them."""

from collections.abc import Sequence
from typing import Protocol

from shared.contracts import CapacityChanged


class HeardCapacities(Protocol):
    async def keep(self, changed: CapacityChanged) -> None:
        """Replaces an older version; one that is heard late changes nothing."""
        ...

    async def all(self) -> Sequence[CapacityChanged]:
        """Returns what every team that has said it can take, by the team's code."""
        ...
