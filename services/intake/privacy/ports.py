"""The stores of what is kept about customers, as the rules of data protection use them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.privacy.erasure import Holding
from services.intake.privacy.subject import Subject
from services.intake.restriction import Restrictions
from shared.customers.subject_access import Record
from shared.values import Code


class ErasureRepository(Protocol):
    async def holdings(self, subject: Subject) -> Sequence[Holding]: ...

    async def erase(
        self, subject: Subject, held: Sequence[Holding], lawful: Sequence[Holding], by: str, at: datetime
    ) -> bool:
        """Erases the `lawful` of the records that are `held`, all or none. Returns False, and erases nothing, when
        others are held by then. May be repeated."""
        ...


class SubjectRepository(ErasureRepository, Protocol):
    async def by_letter(self, reference: str) -> Subject: ...

    async def by_customer(self, customer: str) -> Subject: ...

    async def known(self, subject: Subject) -> bool:
        """Returns whether anything is kept about the customer."""
        ...

    async def records(self, subject: Subject) -> dict[str, list[Record]]: ...


class RestrictionRepository(Restrictions, Protocol):
    async def restrict(self, subject: Subject, reason: Code, by: str, at: datetime) -> None:
        """Restricts a customer's data. May be repeated; the first reason stays."""
        ...

    async def lift(self, subject: Subject) -> None: ...

    async def keys(self) -> list[str]:
        """Returns all names that are restricted."""
        ...
