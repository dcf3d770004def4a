"""Events about the units of a trial: its randomised customers, each by a token of that campaign alone.

A token is the keyed blind index of campaign and customer: the units of two campaigns cannot be joined without the key.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from shared.contracts.base import CampaignContract, Part
from shared.contracts.outcomes import OutcomeCode, Pence
from shared.values import Code, Identifier, Instant, Number

UnitToken = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
UNITS_PER_EVENT = 500


class AllocatedUnit(Part):
    """One randomised customer and the arm that it was assigned to. `stratum` is the one that it was randomised in, with
    its whole cluster. `cluster` is the same for all who were randomised together, and everybody else's own."""

    unit: UnitToken
    arm: Code
    stratum: Code
    cluster: UnitToken


class UnitsAllocated(CampaignContract):
    """Some of the customers who were randomised, controls among them; `part` counts these events from 1. All of a
    population, in the order of its file, are said in events of `UNITS_PER_EVENT` units."""

    event_type: ClassVar[str] = "campaign.units-allocated.v1"
    at_once: ClassVar[int | None] = 2
    load: Identifier
    part: Number
    units: tuple[AllocatedUnit, ...] = Field(min_length=1, max_length=UNITS_PER_EVENT)


class SettledUnit(Part):
    """The fate of one unit. `sent`: the letter of `arm` went out; `failed`: its channel refused it for good;
    `suppressed`: it was found just before issue that it must not be written to; `control`: it is in a control arm."""

    unit: UnitToken
    state: Literal["sent", "failed", "suppressed", "control"]
    arm: Code


class UnitsSettled(CampaignContract):
    """The units of one chunk as far as something became of them; said again, with more of them, when more is known.
    `on` is the day on which the chunk was first dealt with: horizons run from it in every arm alike."""

    event_type: ClassVar[str] = "campaign.units-settled.v1"
    at_once: ClassVar[int | None] = 2
    chunk: Number
    on: date
    units: tuple[SettledUnit, ...] = Field(min_length=1, max_length=UNITS_PER_EVENT)


class UnitReturned(CampaignContract):
    """The letter of one unit came back or could not be delivered."""

    event_type: ClassVar[str] = "campaign.unit-returned.v1"
    unit: UnitToken
    at: Instant


class UnitOutcome(Part):
    """One outcome of one unit, or of a customer who is none. Of the same `id` the highest `version` counts; one that is
    `void` does not."""

    id: Identifier
    version: Number = 1
    unit: UnitToken
    outcome: OutcomeCode
    amount_pence: Pence | None = None
    on: date
    void: bool = False


class UnitOutcomes(CampaignContract):
    """Outcomes that were recorded or corrected together, by unit."""

    event_type: ClassVar[str] = "campaign.unit-outcomes.v1"
    outcomes: tuple[UnitOutcome, ...] = Field(min_length=1)
    recorded_at: Instant
