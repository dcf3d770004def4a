"""Wrong letters in MongoDB: entries of the ledger that went out, joined with the population that they went to."""

from collections.abc import AsyncIterator
from datetime import datetime

from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.ledger.delivery import RANK, waits
from services.dispatcher.ledger.repository.entries import record_of
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.population.wrongly_written import WrongLetter
from services.dispatcher.schedule.chunk import Chunk
from shared.clock import LONDON
from shared.contracts.campaigns import Corrected
from shared.storage.store import Document


class MongoWrongLetters:
    def __init__(self, ledger: MongoDispatch, population: MongoPopulation) -> None:
        self._ledger = ledger
        self._population = population

    async def of(self, corrects: Corrected) -> AsyncIterator[WrongLetter]:
        campaign = await self._ledger.campaign(corrects.campaign)
        started = [wave for wave in campaign.waves if wave.started_at is not None]
        for number in sorted(number for wave in started for number in wave.chunks):
            chunk = await self._ledger.chunk(campaign.reference, number)
            entries = [entry for entry in await self._ledger.of_chunk(*chunk.key) if _wrong(entry, chunk, corrects)]
            recipients = await self._ledger.recipients(str(campaign.load), chunk) if entries else {}
            for entry in sorted(entries, key=lambda entry: int(entry["row"])):
                customer = recipients[entry["row"]].customer
                if not customer.erased:
                    yield WrongLetter(entry["_id"], customer, entry.get("rank", 0) >= RANK["failed"])

    async def schema(self, corrects: Corrected) -> PopulationSchema:
        return await self._population.schema(await self._ledger.campaign(corrects.campaign))


def _wrong(entry: Document, chunk: Chunk, corrects: Corrected) -> bool:
    if entry["state"] != "issued" or "channel" not in entry or waits(record_of(entry), chunk):
        return False
    at: datetime = entry.get("sent_at") or entry["at"]
    went_out = at.astimezone(LONDON).date()
    return (
        entry["arm"] in corrects.arms
        and (not corrects.languages or entry["language"] in corrects.languages)
        and corrects.since <= went_out <= corrects.until
        and entry["plan"] <= corrects.plan_version
    )
