"""Tokens of customers as outcomes tell them: of the generation that the campaign's units are made with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.outcomes.outcome import Matched
from shared.customers.reference import CustomerReference

FIRST = 1
"""The generation for a campaign that is not known yet: any later one can be made of it."""


class Telling:
    """`token` gives a customer's token of a generation, `newest` is that of the newest index key: as long as it is the
    first, nothing has to be looked up."""

    def __init__(
        self,
        token: Callable[[CustomerReference, int], str],
        newest: int,
        campaigns: Callable[[], Awaitable[Mapping[str, KnownCampaign]]],
    ) -> None:
        self._token = token
        self._newest = newest
        self._campaigns = campaigns

    async def of(self, matched: Sequence[Matched]) -> list[Matched]:
        """Returns the outcomes with the tokens to tell. Of a customer of whom a letter alone is known, the newest token
        is told: dispatcher finds them by the letter."""
        return [replace(each, told=await self.token(each.submitted.report.customer, each.campaign)) for each in matched]

    async def token(self, customer: CustomerReference | None, campaign: str | None) -> str | None:
        """Returns the token to tell; None where it is the one that is kept."""
        if self._newest == FIRST or customer is None or campaign is None:
            return None
        known = (await self._campaigns()).get(campaign)
        return self._token(customer.normalised(), known.generation if known else FIRST)
