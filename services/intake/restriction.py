"""Restriction: what is kept of a customer stays, but nobody reads or uses it, except to give it to the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.privacy.subject import Subject
from shared.errors import Forbidden
from shared.values import Code


class Restricted(Forbidden):
    code = "restricted"


class Restrictions(Protocol):
    async def restrict(self, subject: Subject, reason: Code, by: str, at: datetime) -> None:
        """May be repeated; the first reason stays."""
        ...

    async def lift(self, subject: Subject) -> None: ...

    async def among(self, keys: Sequence[str]) -> set[str]:
        """Those of them that are restricted."""
        ...

    async def keys(self) -> list[str]:
        """All that are restricted."""
        ...


def expect_none(restricted: set[str]) -> None:
    """Raises `Restricted`."""
    if restricted:
        raise Restricted("this customer's data is restricted: pass them to the data protection team")
