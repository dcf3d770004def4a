"""Announcement of disclosures that were not dealt with in time."""

from services.intake.disclosures.ports import OverdueDisclosures
from shared.clock import Clock, today


class Overdue:
    def __init__(self, disclosures: OverdueDisclosures, clock: Clock) -> None:
        self._disclosures = disclosures
        self._clock = clock

    async def step(self) -> bool:
        return await self._disclosures.announce_overdue(today(self._clock), self._clock.now())
