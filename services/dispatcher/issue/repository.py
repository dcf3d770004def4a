"""Store of scheduling and issuing: joins campaigns, population, chunks and ledger."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime

from pymongo.errors import DuplicateKeyError

from services.dispatcher.campaigns.campaign import DispatchedCampaign, PlannedWave
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.ledger.delivery import waits
from services.dispatcher.ledger.repository.entries import record_of
from services.dispatcher.ledger.repository.ledger import MongoCommunications
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.schedule.allocation import Eligible, Place
from services.dispatcher.schedule.chunk import Chunk, Settlement
from services.dispatcher.schedule.repository import MongoChunks
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.contracts import CampaignApproved, Contract
from shared.contracts.communications import ArmReconciliation
from shared.errors import NotYet, Stale
from shared.identifiers import new_id
from shared.storage.finding import found_by
from shared.storage.store import Document, Store
from shared.working_days import add_working_days

MOST_DAYS_OF_A_CHUNK = 20
"""Working days that one chunk may take up at most, however low the limit."""


class MongoDispatch(MongoChunks, MongoCommunications):
    def __init__(
        self,
        store: Store,
        campaigns: MongoCampaigns,
        population: MongoPopulation,
        suppressions: MongoSuppressions,
        source: str,
    ) -> None:
        MongoChunks.__init__(self, store, source)
        MongoCommunications.__init__(self, store)
        self._campaigns = campaigns
        self._issued = store["issued_by_day"]
        self._population = population
        self._suppressions = suppressions
        self._first_left: dict[str, int] = {}

    async def campaign(self, reference: str) -> DispatchedCampaign:
        return await self._campaigns.campaign(reference)

    async def issuing(self, reference: str) -> DispatchedCampaign:
        return await self._campaigns.issuing(reference)

    async def as_known(self, reference: str) -> DispatchedCampaign:
        return await self._campaigns.as_known(reference)

    async def may_issue(self, reference: str) -> bool:
        return await self._campaigns.may_issue(reference)

    async def reserve(self, campaign: str, day: date, chunk: int, size: int, limit: int | None) -> bool:
        """Counts a chunk of `size` communications among those of the day, once. Returns False, with nothing counted,
        where that would be beyond `limit`. A chunk that is larger than the limit goes by itself, once as many days
        have gone by without any as it takes up."""
        key = f"{campaign}:{day.isoformat()}"
        room: Document = {} if limit is None else {"count": {"$lte": limit - size}}
        if limit is not None and size > limit:
            first = add_working_days(day, 1 - min(MOST_DAYS_OF_A_CHUNK, -(-size // limit)))
            earlier = {"_id": {"$gte": f"{campaign}:{first.isoformat()}", "$lt": key}, "count": {"$gt": 0}}
            if await self._issued.find_one({**earlier, "chunks": {"$ne": chunk}}, {"_id": 1}) is not None:
                return False
            room = {"count": 0}
        fits = {"_id": key, "chunks": {"$ne": chunk}, **room}
        change = {"$inc": {"count": size}, "$push": {"chunks": chunk}}
        if (await self._issued.update_one(fits, change)).matched_count:
            return True
        with suppress(DuplicateKeyError):  # it is there, as after the first chunk of each day
            await self._issued.insert_one({"_id": key, "count": 0, "chunks": []})
        if (await self._issued.update_one(fits, change)).matched_count:
            return True
        return await self._issued.find_one({"_id": key, "chunks": chunk}, {"_id": 1}) is not None

    async def plan(self, reference: str, version: int) -> CampaignApproved:
        return await self._campaigns.plan(reference, version)

    def eligible(self, load: str) -> AsyncIterator[Eligible]:
        return self._population.eligible(load)

    async def recipients(self, load: str, chunk: Chunk) -> Mapping[int, Recipient]:
        return await self._population.recipients(load, chunk)

    async def places(self, load: str, rows: Sequence[int]) -> Mapping[int, Place]:
        return await self._population.places(load, rows)

    async def settle(
        self, chunk: Chunk, channel: str, settlement: Settlement, load: str, contacted: Sequence[int]
    ) -> Chunk:
        undertaking = await self._suppressions.contacted(chunk.campaign, load, contacted, settlement.issue.at)
        try:
            return await self.keep_settlement(chunk, channel, settlement)
        except Stale:
            with suppress(NotYet):  # a newer plan cut the customers anew
                left_out = (await self.chunk(*chunk.key)).left_out
                await self._suppressions.not_contacted(undertaking, left_out)
            raise

    async def schedule(self, campaign: DispatchedCampaign, waves: Sequence[PlannedWave]) -> bool:
        done = await self._campaigns.set_waves(campaign, waves)
        await self.forget_drafts(await self._campaigns.campaign(campaign.reference))
        return done

    async def due(self, day: date) -> list[DispatchedCampaign]:
        return await self._campaigns.due(day)

    async def start_wave(self, campaign: DispatchedCampaign, wave: int, at: datetime, said: Sequence[Contract]) -> None:
        await self._campaigns.start_wave(campaign, wave, at, said)

    async def counts(self, campaign: DispatchedCampaign) -> dict[tuple[str, str], int]:
        """The ledger counted by arm and what was done. What waits in a chunk for a channel that takes it whole is
        planned, although its entries are there."""
        counts = Counter(await super().counts(campaign))
        async for chunk in self.half_done(campaign.reference):
            for record in await self.records(chunk.campaign, chunk.number):
                if waits(record, chunk):
                    counts[record.arm, "issued"] -= 1
                    counts[record.arm, "planned"] += 1
        return dict(+counts)

    async def entry(self, campaign: str, reference: str) -> Document:
        found = await super().entry(campaign, reference)
        if waits(record_of(found | {"_id": reference}), await self.chunk(campaign, found["chunk"])):
            found |= {"state": "planned"} | ({"delivery": "planned"} if found["delivery"] == "issued" else {})
        return found

    async def customers_of(self, letters: Sequence[str]) -> dict[str, str]:
        found = await found_by(self._communications, "_id", letters)
        return {entry["_id"]: entry["customer"] for entry in found if entry.get("customer")}

    async def handed_over(self, chunk: str, channel: str) -> datetime | None:
        document = await self._chunks.find_one({"_id": chunk}, {"handed_over": 1})
        at: datetime | None = (document or {}).get("handed_over", {}).get(channel)
        return at

    async def open_bundle(self, chunk: str) -> int:
        owner = new_id()
        bundle = await self.claim(chunk, owner)
        if bundle is None:
            raise Stale(f"chunk {chunk} is in other hands")
        await self.release(chunk, owner)
        return bundle

    async def complete(self, campaign: str, at: datetime) -> datetime | None:
        if await self._known_left(campaign) or await self.anything_left(campaign):
            return None
        self._first_left.pop(campaign, None)
        return await self._campaigns.set_complete(campaign, at)

    async def _known_left(self, campaign: str) -> bool:
        """Returns whether a chunk of its waves is not finished, starting from where the last one was found: asked for
        any, the embedded store reads them all."""
        numbers = [number for wave in (await self.as_known(campaign)).waves for number in wave.chunks]
        for place in range(self._first_left.get(campaign, 0), len(numbers)):
            chunk = await self._chunks.find_one({"_id": f"{campaign}:{numbers[place]:06d}"}, {"finished": 1})
            if chunk is not None and not chunk["finished"]:
                self._first_left[campaign] = place
                return True
        return False

    async def reconcile(self, campaign: DispatchedCampaign) -> tuple[int, int, int, Sequence[ArmReconciliation]]:
        counts = await self.counts(campaign)
        loaded = await self._population.loaded(str(campaign.load))
        arms = [
            ArmReconciliation(
                arm=arm.code,
                control=arm.control,
                assigned=sum(count for (code, _), count in counts.items() if code == arm.code),
                issued=counts.get((arm.code, "issued"), 0),
                suppressed_late=counts.get((arm.code, "suppressed-late"), 0),
                failed=counts.get((arm.code, "failed"), 0),
            )
            for arm in campaign.plan.arms
        ]
        rejected, suppressed = (sum(t["count"] for t in loaded[name]) for name in ("rejected", "suppressed"))
        return loaded["rows"], rejected, suppressed, arms

    async def doubled_and_missing(self, campaign: DispatchedCampaign) -> tuple[int, int]:
        entries = {number: count async for number, count in self.chunks_of_entries(campaign)}
        doubled = missing = 0
        async for number, size, finished in self.sizes(campaign.reference):
            difference = entries.pop(number, 0) - size
            doubled += max(difference, 0)
            missing += max(-difference, 0) if finished else 0
        return doubled + sum(entries.values()), missing
