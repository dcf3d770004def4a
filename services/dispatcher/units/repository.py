"""Units in MongoDB: customers of a population with their places, and what the ledger has of a chunk."""

from collections.abc import AsyncIterator
from typing import Literal

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.customers.customer import Customer
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.ledger.delivery import waits
from services.dispatcher.ledger.repository.entries import record_of
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.schedule.allocation import Eligible
from services.dispatcher.units.unit import DealtWith

State = Literal["sent", "failed", "suppressed", "control"]
SETTLED: dict[str, State] = {
    "issued": "sent", "failed": "failed", "suppressed-late": "suppressed", "control": "control",
}  # fmt: skip


class MongoUnits:
    def __init__(self, ledger: MongoDispatch, population: MongoPopulation) -> None:
        self._ledger = ledger
        self._population = population

    async def campaign(self, reference: str) -> DispatchedCampaign:
        return await self._ledger.as_known(reference)

    def randomised(self, load: str) -> AsyncIterator[tuple[Eligible, Customer]]:
        return self._population.randomised(load)

    async def dealt_with(self, campaign: str, chunk: int) -> list[DealtWith]:
        of_chunk, documents = await self._ledger.chunk(campaign, chunk), await self._ledger.of_chunk(campaign, chunk)
        return [
            DealtWith(document["customer"], document["arm"], SETTLED[document["state"]], document["at"])
            for document in documents
            if document["state"] in SETTLED and document.get("customer") and not waits(record_of(document), of_chunk)
        ]
