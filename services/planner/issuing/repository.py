"""Offers of dispatcher in MongoDB: the newest alone."""

from shared.contracts import ChannelsOffered
from shared.storage.store import Store
from shared.storage.upserting import keep_newest


class MongoOffers:
    def __init__(self, store: Store) -> None:
        self._offers = store["offers"]

    async def keep(self, offered: ChannelsOffered) -> None:
        older = {"_id": "channels", "at": {"$lt": offered.offered_at}}
        kept = {"at": offered.offered_at, "offer": offered.model_dump(mode="json")}
        await keep_newest(lambda: self._offers.replace_one(older, kept, upsert=True))

    async def offered(self) -> ChannelsOffered | None:
        kept = await self._offers.find_one({"_id": "channels"})
        return ChannelsOffered.model_validate(kept["offer"]) if kept else None
