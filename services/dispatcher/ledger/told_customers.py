"""Customers as outcomes tell them: by tokens of the generation that the campaign's units and its ledger have."""

from collections.abc import Callable, Mapping, Sequence

from services.dispatcher.ledger.ports import Ledger
from shared.contracts.outcomes import OutcomeFact
from shared.customers.generations import joined
from shared.errors import NotYet

Lift = Callable[[str, int], str]
"""Returns the token of a generation that is made of an earlier one."""


class ToldCustomers:
    """`newest` is the generation of the newest index key: as long as it is the first, and nobody tells by
    a later one, nothing has to be looked up."""

    def __init__(self, ledger: Ledger, lift: Lift, newest: int) -> None:
        self._ledger = ledger
        self._lift = lift
        self._newest = newest

    async def of(self, campaign: str, facts: Sequence[OutcomeFact]) -> tuple[OutcomeFact, ...]:
        """Returns the facts with their customers' tokens as this campaign has them. What is told by a later token,
        which nobody can undo, is told by a letter: the ledger says whose it is."""
        if self._newest == 1 and all(fact.generation == 1 for fact in facts):
            return tuple(facts)
        try:
            generation = (await self._ledger.as_known(campaign)).plan.generation
        except NotYet:  # nobody is randomised in it
            return tuple(facts)
        later = [fact.reference for fact in facts if fact.reference and fact.generation > generation]
        holders = await self._ledger.customers_of(later) if later else {}
        return tuple(self._known(fact, generation, holders) for fact in facts)

    def _known(self, fact: OutcomeFact, generation: int, holders: Mapping[str, str]) -> OutcomeFact:
        if fact.customer is None:
            return fact
        if fact.generation > generation:
            customer = holders.get(fact.reference or "")
        else:
            customer = self._lift(joined(fact.customer, fact.generation), generation)
        return fact.model_copy(update={"customer": customer, "generation": generation})
