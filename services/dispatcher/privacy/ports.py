"""Store operations for data protection: the customer in populations and ledger, and in lists."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.dispatcher.privacy.subject import Row, RowProgress
from shared.customers.reference import CustomerReference
from shared.customers.subject_access import Record


class SubjectRepository(Protocol):
    async def holder(self, letter: str) -> tuple[bytes, CustomerReference]:
        """The blind index of the customer who was sent that letter, and what they are known by. Raises `NotFound`."""
        ...

    async def rows(self, index: bytes) -> Sequence[Row]:
        """Returns the customer's rows, found by looking through all populations."""
        ...

    async def letters(self, rows: Sequence[Row]) -> Sequence[str]:
        """The letters that these were sent."""
        ...

    async def records(self, rows: Sequence[Row]) -> dict[str, list[Record]]:
        """Returns the records by type, as a person can read them."""
        ...

    async def progress(self, row: Row) -> RowProgress: ...

    async def erase(self, progress: RowProgress, at: datetime) -> bool:
        """Takes out all that is personal. False, with nothing done, if the chunk was taken in hand meanwhile."""
        ...


class Restrictions(Protocol):
    async def restrict(self, customer: bytes, reason: str, by: str, at: datetime) -> None:
        """Restricts the customer's data. May be repeated; the first reason stays."""
        ...

    async def lift(self, customer: bytes) -> None: ...

    async def restricted(self, customer: bytes) -> bool: ...

    async def about(self, customer: bytes) -> dict[str, list[Record]]:
        """Returns entries of suppression lists about the customer, and when campaigns wrote to them."""
        ...
