"""What was volunteered and is not dealt with in time is announced, so that somebody looks."""

from datetime import date, datetime
from typing import Protocol

from shared.clock import Clock, today


class OverdueDisclosures(Protocol):
    async def announce_overdue(self, today: date, now: datetime) -> bool:
        """Say of everything open that is late, once each. Returns whether there was anything."""
        ...


class Overdue:
    def __init__(self, disclosures: OverdueDisclosures, clock: Clock) -> None:
        self._disclosures = disclosures
        self._clock = clock

    async def step(self) -> bool:
        return await self._disclosures.announce_overdue(today(self._clock), self._clock.now())
