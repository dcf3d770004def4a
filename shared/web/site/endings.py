"""Ends of sessions in all browsers, as the services of the site tell them to each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Endings(Protocol):
    """`who` are digests of accounts, or of sign-ins at the provider."""

    async def end(self, who: str, until: datetime) -> None:
        """Ends the sessions of `who` that began until then, at every service."""
        ...

    async def ended(self, who: Sequence[str], began: datetime) -> bool:
        """Returns whether a session that began then, and goes by one of these, was ended."""
        ...
