"""The store of outcomes, as the rules of outcomes use it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.intake.outcomes.outcome import Matched, RecordedOutcome
from shared.errors import Conflict


class OutcomeRepository(Protocol):
    async def add(self, matched: Sequence[Matched], at: datetime) -> Sequence[RecordedOutcome | Conflict]:
        """Keep those that are new and say so, all or nothing."""
        ...
