"""Campaigns and lines to take in MongoDB. There are few of them, and every contact asks: so they are remembered."""

from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.campaigns.routing import Rules
from shared.clock import Clock
from shared.contracts import LinesToTakePublished
from shared.storage.changes import Changes, Remembered
from shared.storage.finding import BEFORE_ANY
from shared.storage.inserting import insert_new
from shared.storage.store import Indexes, Store
from shared.storage.upserting import keep_newest

CAMPAIGNS = Indexes("campaigns", (IndexModel("heard_at", sparse=True),))
LINES = Indexes("lines_to_take", (IndexModel([("campaign", 1), ("version", DESCENDING)]),))
FRESH_SECONDS = 2.0  # seconds for which what another replica changed may not be seen
VERSIONS_REMEMBERED = 500


class MongoCampaigns:
    """`clock` tells real time, whatever day it is for the rest of the service."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._campaigns = store["campaigns"]
        self._lines = store["lines_to_take"]
        self._remembered = Remembered(Changes(store, "campaigns"), self._read, FRESH_SECONDS)
        self._versions: dict[tuple[str, int], LinesToTakePublished] = {}

    async def approved(self, campaign: KnownCampaign, plan_version: int) -> None:
        """An approval of a lower plan version than the one that is kept changes nothing."""
        kept = campaign.model_dump(mode="json", exclude={"reference", "rules", "paused_at"})
        # the version is in the filter: of two who hear at once, the higher one stays, whoever writes last
        not_newer = {"$or": [{"plan_version": {"$lte": plan_version}}, {"plan_version": None}]}
        change = {"$set": {**kept, "plan_version": plan_version, "heard_at": self._clock.now()}}
        of_it = {"_id": campaign.reference, **not_newer}
        await keep_newest(lambda: self._campaigns.update_one(of_it, change, upsert=True))
        await self._remembered.changed()

    async def paused(self, reference: str, version: int, at: datetime | None) -> None:
        """Notes that letters are paused since `at`, None: that they are not. A decision of a lower version than the one
        that is kept changes nothing."""
        older = {"$or": [{"pace_version": {"$lt": version}}, {"pace_version": None}]}
        change = {"$set": {"pace_version": version, "paused_at": at}}
        await keep_newest(lambda: self._campaigns.update_one({"_id": reference, **older}, change, upsert=True))
        await self._remembered.changed()

    async def heard_of(self) -> list[tuple[KnownCampaign, datetime]]:
        """Returns the campaigns whose approval is news, and when it was heard, until they are `settled`."""
        news = self._campaigns.find({"heard_at": {"$gt": BEFORE_ANY}})
        return [(_campaign(row), row["heard_at"]) async for row in news]

    async def settled(self, reference: str, heard_at: datetime) -> None:
        """Marks the approval that was heard at `heard_at` as no longer news."""
        await self._campaigns.update_one({"_id": reference, "heard_at": heard_at}, {"$unset": {"heard_at": ""}})

    async def set_rules(self, reference: str, rules: Rules) -> None:
        """Replaces the rules of a campaign, also of one that nobody has announced yet."""
        await self._campaigns.update_one(
            {"_id": reference}, {"$set": {"rules": rules.model_dump(mode="json")}}, upsert=True
        )
        await self._remembered.changed()

    async def known(self) -> dict[str, KnownCampaign]:
        return await self._remembered.get()

    async def _read(self) -> dict[str, KnownCampaign]:
        return {row["_id"]: _campaign(row) async for row in self._campaigns.find({})}

    async def publish(self, published: LinesToTakePublished) -> None:
        key = f"{published.campaign}:{published.version}"
        await insert_new(self._lines, [{"_id": key, **published.model_dump(mode="json")}])

    async def lines(self, campaign: str, version: int | None) -> LinesToTakePublished | None:
        """A version never changes once it is published, so it is read once."""
        if version is None:
            newest = await self._lines.find_one({"campaign": campaign}, sort=[("version", DESCENDING)])
            return LinesToTakePublished.model_validate(newest) if newest else None
        key = (campaign, version)
        if key not in self._versions:
            row = await self._lines.find_one({"_id": f"{campaign}:{version}"})
            if row is None:
                return None
            if len(self._versions) >= VERSIONS_REMEMBERED:
                self._versions.clear()
            self._versions[key] = LinesToTakePublished.model_validate(row)
        return self._versions[key]


def _campaign(row: dict[str, Any]) -> KnownCampaign:
    fields = {name: row[name] for name in KnownCampaign.model_fields if name in row}
    return KnownCampaign.model_validate({"reference": row["_id"], "title": row["_id"], **fields})
