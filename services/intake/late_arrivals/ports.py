"""The stores that letters and approvals which come late are looked for in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.register.letter import RegisteredLetter


class Orphans(Protocol):
    async def without_letter(self, letters: Sequence[RegisteredLetter]) -> list[str]:
        """The ids of contacts about these letters that were kept without one."""
        ...


class Unmatched(Protocol):
    async def match(self, letters: Sequence[RegisteredLetter], cause: str) -> None:
        """Outcomes of these letters that were kept when nobody knew them. May be repeated."""
        ...


class Registrations(Protocol):
    """Letters that were registered not long ago, by what caused it. Every write may be repeated."""

    async def note(self, cause: str, letters: Sequence[RegisteredLetter], at: datetime) -> None: ...

    async def oldest(self, before: datetime, now: datetime) -> tuple[str, Sequence[RegisteredLetter]] | None:
        """One that was noted before that, and its cause. It counts as noted `now`, so that it holds up no other."""
        ...

    async def forget(self, cause: str) -> None: ...


class Approvals(Protocol):
    async def heard_of(self) -> Sequence[tuple[KnownCampaign, datetime]]:
        """Campaigns whose approval is news, and when it was heard, until they are `settled`."""
        ...

    async def settled(self, reference: str, heard_at: datetime) -> None: ...


class ProvisionalDisclosures(Protocol):
    async def settle(self, campaign: KnownCampaign, at: datetime) -> bool:
        """Some that have no process but the default one take the campaign's. Returns whether there were any."""
        ...
