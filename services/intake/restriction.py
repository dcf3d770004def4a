"""Restriction: a customer's data stays, but nobody reads or uses it, except to give it to the customer."""

from collections.abc import Sequence
from typing import Protocol

from shared.errors import Forbidden


class Restricted(Forbidden):
    code = "restricted"


class Restrictions(Protocol):
    """Names of customers whose data is restricted."""

    async def among(self, keys: Sequence[str]) -> set[str]:
        """Returns the restricted ones of `keys`."""
        ...


def expect_none(restricted: set[str]) -> None:
    """Raises `Restricted`."""
    if restricted:
        raise Restricted("this customer's data is restricted: pass them to the data protection team")
