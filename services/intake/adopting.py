"""Contacts that came before we knew their letter find their campaign once we do."""

from collections.abc import Sequence
from typing import Protocol

from services.intake.contact import RegisteredLetter
from services.intake.correcting import Corrections
from shared.identifiers import derived_id

INTAKE = "intake"


class Orphans(Protocol):
    async def without_letter(self, letters: Sequence[RegisteredLetter]) -> list[str]:
        """The ids of contacts about these letters that were kept without one."""
        ...


class Adoption:
    def __init__(self, orphans: Orphans, corrections: Corrections) -> None:
        self._orphans = orphans
        self._corrections = corrections

    async def adopt(self, letters: Sequence[RegisteredLetter], cause: str) -> None:
        """As a correction, so that counts move and everybody hears. The same cause again changes nothing more."""
        for contact_id in await self._orphans.without_letter(letters):
            await self._corrections.recognise_anew(contact_id, derived_id(cause, contact_id), INTAKE)
