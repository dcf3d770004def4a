"""Dispatcher's messages to itself, so that its replicas share the work."""

from typing import ClassVar

from shared.contracts.base import CampaignContract
from shared.values import Identifier, Number


class AllocationDue(CampaignContract):
    """A population is loaded: randomise it and cut it into chunks."""

    event_type: ClassVar[str] = "allocation.due.v1"
    private: ClassVar[bool] = True
    load: Identifier


class CorrectionDue(CampaignContract):
    """A correction is approved: its customers are those who got the wrong letters."""

    event_type: ClassVar[str] = "correction.due.v1"
    private: ClassVar[bool] = True
    at_once: ClassVar[int | None] = 1


class ChunkDue(CampaignContract):
    """A chunk's day has come: issue it. A replica has two in hand at a time: while one is written the next is composed.
    After a pause no more than these go out."""

    event_type: ClassVar[str] = "chunk.due.v1"
    private: ClassVar[bool] = True
    at_once: ClassVar[int | None] = 2
    chunk: Number


class UnitsDue(CampaignContract):
    """A population is allocated: say its units, if it is randomised at all."""

    event_type: ClassVar[str] = "units.due.v1"
    private: ClassVar[bool] = True
    at_once: ClassVar[int | None] = 1
    load: Identifier
