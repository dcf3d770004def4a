"""Events of dispatcher about the customers in scope, as counts only."""

from typing import ClassVar

from shared.contracts.base import CampaignContract, Part, Tally
from shared.values import Code, Count, Identifier, Instant, Sha256


class Stratum(Part):
    """One stratum of the population and how many eligible customers it has. `randomised`: as how many, for a household
    or the clients of one agent count as one; 0 where that is not known."""

    code: Code
    count: Count
    randomised: Count = 0


class PopulationLoaded(CampaignContract):
    """A population is whole and may be allocated: `rows` = rejected + suppressed + `eligible`."""

    event_type: ClassVar[str] = "population.loaded.v1"
    load: Identifier
    sha256: Sha256
    rows: Count
    rejected: tuple[Tally, ...]
    suppressed: tuple[Tally, ...]
    eligible: Count
    strata: tuple[Stratum, ...]
    loaded_at: Instant
