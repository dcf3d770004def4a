"""The stores that letters and approvals which come late are looked for in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.register.letter import RegisteredLetter


class Orphans(Protocol):
    async def without_letter(self, letters: Sequence[RegisteredLetter]) -> list[str]:
        """Returns the ids of contacts about these letters that were kept without one."""
        ...


class Unmatched(Protocol):
    async def match(self, letters: Sequence[RegisteredLetter], cause: str) -> None:
        """Matches outcomes about these letters that were kept when nobody knew the letters. May be repeated."""
        ...


class Registrations(Protocol):
    """Letters that were registered not long ago, by what caused it. Every write may be repeated."""

    async def note(self, cause: str, letters: Sequence[RegisteredLetter], at: datetime) -> None: ...

    async def oldest(self, before: datetime, now: datetime) -> tuple[str, Sequence[RegisteredLetter]] | None:
        """Returns letters that were noted before `before`, and their cause. They count as noted `now`, so that they
        hold up no others."""
        ...

    async def forget(self, cause: str) -> None: ...


class Approvals(Protocol):
    async def heard_of(self) -> Sequence[tuple[KnownCampaign, datetime]]:
        """Returns campaigns whose approval is news, and when it was heard, until they are `settled`."""
        ...

    async def settled(self, reference: str, heard_at: datetime) -> None: ...


class ProvisionalDisclosures(Protocol):
    async def settle(self, campaign: KnownCampaign, at: datetime) -> bool:
        """Gives some disclosures that have the default process the campaign's own. Returns whether there were any."""
        ...
