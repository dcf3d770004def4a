"""The store of reports, as the rules of delivery use it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.delivery.delivery import Reported
from shared.contracts import DeliveryReported
from shared.idempotency import Request


class DeliveryRepository(Protocol):
    async def add(
        self, request: Request, said: Sequence[DeliveryReported], reported: Reported, at: datetime
    ) -> Reported:
        """Keeps the report and its events, all or nothing. Raises `Conflict` for another report under this id."""
        ...
