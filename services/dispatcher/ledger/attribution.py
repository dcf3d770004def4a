"""Customers whom nobody wrote to have outcomes too, and only dispatcher knows the arm that they were randomised to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from shared.contracts import OutcomesAttributed, OutcomesRecorded
from shared.contracts.outcomes import AttributedFact


class Withheld(Protocol):
    async def arms(self, campaign: str, customers: Sequence[str], by: datetime) -> Mapping[str, str]:
        """By their tokens, the arms of those of these customers whom nothing was sent to: of control arms, suppressed
        late, or refused by a channel. Only of those who had been dealt with `by` then."""
        ...


class ArmAttribution:
    def __init__(self, withheld: Withheld) -> None:
        self._withheld = withheld

    async def attributed(self, recorded: OutcomesRecorded) -> OutcomesAttributed | None:
        """The arms of those outcomes that came without; None when dispatcher knows none of them either."""
        unknown = [(fact, fact.customer) for fact in recorded.facts if fact.arm is None and fact.customer]
        if not unknown:
            return None
        arms = await self._withheld.arms(recorded.campaign, [customer for _, customer in unknown], recorded.recorded_at)
        facts = tuple(
            AttributedFact(id=fact.id, arm=arms[customer], outcome=fact.outcome)
            for fact, customer in unknown
            if customer in arms
        )
        if not facts:
            return None
        return OutcomesAttributed(campaign=recorded.campaign, facts=facts, recorded_at=recorded.recorded_at)
