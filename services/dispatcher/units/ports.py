"""Store operations that telling of units needs."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.customers.customer import Customer
from services.dispatcher.schedule.allocation import Eligible
from services.dispatcher.units.unit import DealtWith


class UnitRepository(Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while the campaign has not been approved."""
        ...

    def randomised(self, load: str) -> AsyncIterator[tuple[Eligible, Customer]]:
        """Yields the customers of a load who were randomised, in the order of the file, a block at a time."""
        ...

    async def dealt_with(self, campaign: str, chunk: int) -> Sequence[DealtWith]:
        """Returns the customers of a chunk of whom is settled what they got: none whose letter still waits."""
        ...
