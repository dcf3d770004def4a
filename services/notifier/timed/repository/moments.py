"""The moments that came, in MongoDB."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from pymongo import IndexModel

from services.notifier.own_messages import MomentCame
from shared.storage.inserting import insert_new
from shared.storage.store import Indexes, Store

MOMENTS = Indexes("moments", (IndexModel("at"),))


class MongoMoments:
    def __init__(self, store: Store) -> None:
        self._moments = store["moments"]
        self._traces = store.traces

    async def not_yet(self, moments: Sequence[MomentCame]) -> Sequence[MomentCame]:
        if not moments:
            return []
        ids = [moment.moment for moment in moments]
        there = {row["_id"] async for row in self._moments.find({"_id": {"$in": ids}}, {"_id": 1})}
        return [moment for moment in moments if moment.moment not in there]

    def telling(self, moment: MomentCame) -> AbstractAsyncContextManager[None]:
        return self._traces.going_on("moment came", moment.campaign, campaign=moment.campaign)

    async def mark(self, moment: MomentCame, at: datetime) -> None:
        fields = {"campaign": moment.campaign, "rule": moment.rule, "on": moment.on.isoformat(), "at": at}
        await insert_new(self._moments, [{"_id": moment.moment, **fields}])
