"""The store of outcomes, as the rules of outcomes use it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.outcomes.correction import ChangedOutcome, OutcomeChange
from services.intake.outcomes.outcome import Matched, RecordedOutcome
from shared.errors import Conflict


class OutcomeRepository(Protocol):
    async def add(self, matched: Sequence[Matched], at: datetime) -> Sequence[RecordedOutcome | Conflict]:
        """Keep those that are new and say so, all or nothing."""
        ...

    async def correct(self, outcome: str, change: OutcomeChange) -> ChangedOutcome:
        """Changes an outcome and says so, all or nothing; the same change again gives the first answer.

        Raises `NotFound`, and `Conflict` for an outcome that is void or erased.
        """
        ...
