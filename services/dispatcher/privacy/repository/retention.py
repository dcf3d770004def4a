"""Records that dispatcher has kept for long enough: names and addresses are taken out of populations, the rest is
deleted."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.population.repository.blocks import BLANK, BLOCKS, blanked, indexed
from services.dispatcher.suppression.repository.suppressions import RESTRICTIONS
from shared.protection import Cipher
from shared.retention.policy import RecordType
from shared.storage.finding import BEFORE_ANY
from shared.storage.retention import MongoRetention
from shared.storage.store import Document, Indexes, Store

LOADS = Indexes("loads", (IndexModel("loaded_at"),))
UNDER_WAY = (Status.GO, Status.PAUSED)


class MongoKept(MongoRetention):
    """Customers whose data is restricted keep theirs. A load is looked at no more once nobody's is left in it."""

    def __init__(self, store: Store, campaigns: MongoCampaigns, cipher: Cipher) -> None:
        super().__init__(store)
        self._campaigns = campaigns
        self._cipher = cipher

    async def past(self, kind: RecordType, now: datetime, most: int) -> Mapping[str, int]:
        if kind.collection != BLOCKS:
            return await super().past(kind, now, most)
        restricted, found = await self._restricted_customers(), dict[str, int]()
        async for load in self._old(kind, now):
            held = False
            async for block in self._blocks_of(load["_id"]):
                if theirs := _readable(block, restricted):
                    found[block["_id"]] = len(theirs)
                held = held or len(theirs) < len(_readable(block, set()))
                if len(found) == most:
                    return found
            if not found and not held:
                await self._store["loads"].update_one({"_id": load["_id"]}, {"$set": {"names_gone_at": now}})
        return found

    async def delete(self, kind: RecordType, identifiers: Sequence[str]) -> None:
        if kind.collection != BLOCKS:
            await super().delete(kind, identifiers)
            return
        restricted = await self._restricted_customers()
        for identifier in identifiers:
            block = await self._store[BLOCKS].find_one({"_id": identifier})
            if block and (rows := _readable(block, restricted)):
                as_read = {"_id": identifier, "personal": block["personal"]}
                await self._store[BLOCKS].update_one(as_read, {"$set": blanked(block, rows, self._cipher)})

    async def _old(self, kind: RecordType, now: datetime) -> AsyncIterator[Document]:
        """Yields old loads whose names are not gone, of campaigns that are not under way."""
        old = {"loaded_at": {"$gt": BEFORE_ANY, "$lt": kind.bound(now)}}
        fields = {"campaign": 1, "names_gone_at": 1}
        async for load in self._store["loads"].find(old, fields).sort("loaded_at", ASCENDING):
            if load.get("names_gone_at") is None:
                campaign = await self._campaigns.campaign(load["campaign"])
                if campaign.completed_at or campaign.status not in UNDER_WAY:
                    yield load

    def _blocks_of(self, load: str) -> AsyncIterator[Document]:
        order = [("load", ASCENDING), ("first", ASCENDING)]
        found: AsyncIterator[Document] = (
            self._store[BLOCKS].find({"load": load}, {"randomised": 1, "customers": 1}).sort(order)
        )
        return found

    async def _restricted_customers(self) -> set[bytes]:
        return {bytes.fromhex(row["_id"]) async for row in self._store[RESTRICTIONS].find({}, {"_id": 1})}


def _readable(block: Document, but: set[bytes]) -> list[int]:
    """Returns the rows whose personal data is there, without those of the customers `but`."""
    return [row for row, index in indexed(block) if index != BLANK and index not in but]
