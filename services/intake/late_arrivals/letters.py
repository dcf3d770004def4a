"""Contacts and outcomes that came before we knew their letter find their campaign once we do."""

from collections.abc import Sequence
from datetime import timedelta

from services.intake.contacts.corrections import Corrections
from services.intake.late_arrivals.ports import Orphans, Registrations, Unmatched
from services.intake.register.letter import RegisteredLetter
from shared.clock import Clock
from shared.identifiers import derived_id

INTAKE = "intake"
SETTLING_TIME = timedelta(minutes=3)
"""Time after which a contact whose letter was looked for before it was registered has been kept, or never will be: a
commit that is in the way of others is tried again for two minutes."""


class LateLetters:
    """`clock` tells real time, whatever day it is for the rest of the service."""

    def __init__(
        self,
        orphans: Orphans,
        unmatched: Unmatched,
        corrections: Corrections,
        registrations: Registrations,
        clock: Clock,
    ) -> None:
        self._orphans = orphans
        self._unmatched = unmatched
        self._corrections = corrections
        self._registrations = registrations
        self._clock = clock

    async def adopt(self, letters: Sequence[RegisteredLetter], cause: str) -> None:
        """Corrects the contacts about these letters, so that counts move and everybody hears. The same cause again
        changes nothing more.

        A contact that is being kept at this very moment cannot be seen yet: it is looked for again later.
        """
        await self._registrations.note(cause, letters, self._clock.now())
        await self._adopt(letters, cause)

    async def look_again(self) -> bool:
        """Runs as a job and returns whether there was something to look for."""
        now = self._clock.now()
        found = await self._registrations.oldest(now - SETTLING_TIME, now)
        if found is None:
            return False
        cause, letters = found
        await self._adopt(letters, cause)
        await self._registrations.forget(cause)
        return True

    async def _adopt(self, letters: Sequence[RegisteredLetter], cause: str) -> None:
        for contact_id in await self._orphans.without_letter(letters):
            await self._corrections.recognise_anew(contact_id, derived_id(cause, contact_id), INTAKE)
        await self._unmatched.match(letters, cause)
