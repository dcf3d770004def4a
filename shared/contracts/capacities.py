"""The event of planner about capacity: how many contacts a team says it can take."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Contract, Part
from shared.contracts.contact_volumes import MinuteOfDay
from shared.values import Code, Count, Instant, Number

MOST_EXCEPTIONS = 400


class CapacityOfDay(Part):
    """A day on which a team can take another number of contacts than on other days; 0 for a closed one."""

    on: date
    contacts: Count


class CapacityChanged(Contract):
    """The capacity of a team, all of it. `contacts` are those of a working day, between two minutes of London time;
    `base_load` is the part of them that other work takes up. A higher `version` replaces the one before it.
    """

    event_type: ClassVar[str] = "capacity.changed.v1"
    team: Code
    version: Number
    contacts: Count
    base_load: Count
    opens_minute: MinuteOfDay
    closes_minute: MinuteOfDay
    exceptions: tuple[CapacityOfDay, ...] = Field(max_length=MOST_EXCEPTIONS)
    changed_at: Instant

    @property
    def subject(self) -> str:
        return self.team
