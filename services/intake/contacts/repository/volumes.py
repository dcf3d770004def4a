"""Counters of contacts in MongoDB, moved in the same transaction as the contacts they count.

Every transaction in hand has counters of its own (a shard), so that none waits for another: not for one of another
replica, and not for the locks of one that died. What is counted is the sum of the shards.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from pymongo import ASCENDING, IndexModel, UpdateOne

from services.intake.contacts.volumes import UNKNOWN, CampaignVolume, Cell, Grouping, Volume
from shared.identifiers import new_id
from shared.storage.store import Document, Indexes, Session, Store

VOLUMES = Indexes("volumes", (IndexModel([("campaign", ASCENDING), ("quarter", ASCENDING)]), IndexModel("quarter")))


class MongoVolumes:
    def __init__(self, store: Store) -> None:
        self._volumes = store["volumes"]
        self._process = new_id()[:8]
        self._free: list[int] = []
        self._shards = 0

    @contextmanager
    def shard(self) -> Iterator[str]:
        """Lends the key of a shard that no other transaction of this process uses meanwhile."""
        if not self._free:
            self._shards += 1
            self._free.append(self._shards)
        number = self._free.pop()
        try:
            yield f"{self._process}-{number}"
        finally:
            self._free.append(number)

    async def count(self, change: Counter[Cell], shard: str, session: Session) -> None:
        """Adds `change` to the counters of `shard`, within the caller's transaction."""
        if change:
            updates = [_update(cell, by, shard) for cell, by in change.items()]
            await self._volumes.bulk_write(updates, ordered=False, session=session)

    async def volumes(
        self, campaign: str | None, since: datetime | None, until: datetime | None, by: Sequence[Grouping]
    ) -> list[Volume]:
        """Counts contacts from `since` until before `until`; without a campaign those about unknown letters."""
        limits = {name: value for name, value in (("$gte", since), ("$lt", until)) if value}
        match: Document = {"campaign": campaign or UNKNOWN} | ({"quarter": limits} if limits else {})
        stages = [
            {"$match": match},
            {"$group": {"_id": {name: f"${name}" for name in by} or None, "contacts": {"$sum": "$contacts"}}},
        ]
        rows = [row async for row in self._volumes.aggregate(stages) if row["contacts"]]
        found = [Volume(**(row["_id"] or {}), contacts=row["contacts"]) for row in rows]
        return sorted(found, key=lambda volume: [str(getattr(volume, name)) for name in by])

    async def of_all(self, since: datetime, until: datetime) -> list[CampaignVolume]:
        """Counts contacts of every campaign from `since` until before `until`, by team and quarter of an hour."""
        told_apart = {name: f"${name}" for name in ("campaign", "team", "quarter")}
        stages: list[Document] = [
            {"$match": {"quarter": {"$gte": since, "$lt": until}}},
            {"$group": {"_id": told_apart, "contacts": {"$sum": "$contacts"}}},
        ]
        rows = [row async for row in self._volumes.aggregate(stages) if row["contacts"]]
        return [_of_campaign(**row["_id"], contacts=row["contacts"]) for row in rows]


def _of_campaign(campaign: str, team: str, quarter: datetime, contacts: int) -> CampaignVolume:
    known = None if campaign == UNKNOWN else campaign
    return CampaignVolume(campaign=known, team=team, quarter=quarter, contacts=contacts)


def _update(cell: Cell, by: int, shard: str) -> UpdateOne:
    fields = cell._asdict()
    key = "|".join([*(cell[:-1]), f"{cell.quarter:%Y-%m-%dT%H:%MZ}", shard])
    return UpdateOne({"_id": key}, {"$inc": {"contacts": by}, "$setOnInsert": fields}, upsert=True)
