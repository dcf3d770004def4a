"""Events of planner about what the closed loop leaves to people."""

from datetime import date
from typing import ClassVar

from shared.contracts.base import CampaignContract, Part
from shared.values import Code, Count, Identifier, Instant, Number


class ProposedWave(Part):
    """A wave to come: the contacts it was planned to bring, those it would bring now, and the letters that would bring
    what was planned."""

    on: date
    size: Count
    planned: Count
    now: Count
    letters: Count


class RefitProposed(CampaignContract):
    """Planner proposes the next schedule, by what really came: it waits for a person. `after_excursion` is the
    excursion of contact volumes that it was made after. `fewer_letters` do not fit the capacities in time. `author`
    designed the campaign; `also` are the teams that its policy names beside.
    """

    event_type: ClassVar[str] = "refit.proposed.v1"
    number: Number
    plan_version: Number
    after_excursion: Identifier | None = None
    waves: tuple[ProposedWave, ...]
    fewer_letters: Count = 0
    author: Code
    also: tuple[Code, ...] = ()
    proposed_by: Code
    proposed_at: Instant


class LoopTimeEnded(CampaignContract):
    """The closed loop has acted by itself for as long as it may, since `since`: what it did holds, and it does nothing
    more until a person decides. `daily_limit` is the lower limit that it set; without one it paused the campaign.
    """

    event_type: ClassVar[str] = "loop-time.ended.v1"
    since: Instant
    ended_at: Instant
    daily_limit: Number | None = None
    author: Code
    also: tuple[Code, ...] = ()
