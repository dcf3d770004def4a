"""Attribution of outcomes without a letter: only dispatcher knows the arm that these customers were randomised to."""

from services.dispatcher.ledger.ports import Ledger
from services.dispatcher.ledger.told_customers import ToldCustomers
from shared.contracts import OutcomesAttributed, OutcomesRecorded
from shared.contracts.outcomes import AttributedFact


class ArmAttribution:
    """`told` gives the customers of outcomes as the ledger knows them."""

    def __init__(self, withheld: Ledger, told: ToldCustomers) -> None:
        self._withheld = withheld
        self.told = told

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
