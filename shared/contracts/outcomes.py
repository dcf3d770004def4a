"""Events about outcomes of customers, as counts and for each communication."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.base import CampaignContract, Generation, Part
from shared.contracts.communications import CustomerToken
from shared.values import Code, Count, Identifier, Instant, LetterReference, Number

OutcomeCode = Literal["filed", "amended", "paid", "disclosed", "nothing"]
Pence = Annotated[int, Field(ge=0, le=10**13)]


class OutcomeCount(Part):
    """How often an outcome was recorded for an arm; no `arm` where no letter was found for it."""

    arm: Code | None = None
    outcome: OutcomeCode
    count: Count
    amount_pence: Pence = 0


class OutcomeFact(Part):
    """One outcome of one customer, by letter or (as of a control customer, who had none) by token, made with the index
    key `generation`. Said again under the same `id`, it is the same outcome."""

    id: Identifier
    reference: LetterReference | None = None
    customer: CustomerToken | None = None
    generation: Generation = 1
    arm: Code | None = None
    outcome: OutcomeCode
    amount_pence: Pence | None = None
    on: date


class OutcomesRecorded(CampaignContract):
    """Outcomes that were recorded together: `counts` are those of `facts`."""

    event_type: ClassVar[str] = "outcomes.recorded.v1"
    counts: tuple[OutcomeCount, ...]
    facts: tuple[OutcomeFact, ...]
    recorded_at: Instant


class AttributedFact(Part):
    """The arm of an outcome that came without one: of a customer who had no letter. `id` is the outcome's."""

    id: Identifier
    arm: Code
    outcome: OutcomeCode


class OutcomesAttributed(CampaignContract):
    """The arms of outcomes recorded without one: their customers were randomised and not written to, in a control arm
    or suppressed just before issue. `recorded_at` is the time of recording.
    """

    event_type: ClassVar[str] = "outcomes.attributed.v1"
    facts: tuple[AttributedFact, ...]
    recorded_at: Instant


class OutcomeCorrected(CampaignContract):
    """An outcome is another than was recorded, or `void`: it should not have been recorded at all. `fact` is all of it
    as it is now; `version` is 2 after the first correction."""

    event_type: ClassVar[str] = "outcome.corrected.v1"
    fact: OutcomeFact
    version: Number
    void: bool = False
    corrected_at: Instant
