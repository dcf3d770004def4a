"""Waves that wait for their day, in MongoDB. They are looked for each second: so they are remembered until a campaign
has changed."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.dispatcher.campaigns.campaign import Status
from shared.storage.changes import Changes, Remembered
from shared.storage.store import Store


class MongoWaves:
    def __init__(self, store: Store) -> None:
        self._campaigns = store["campaigns"]
        self._decisions = store["standings"]
        self._waiting = Remembered(Changes(store, "campaigns"), self._read)

    async def changed(self) -> None:
        """Counts a change of what `by` depends on."""
        await self._waiting.changed()

    async def by(self, day: date) -> list[str]:
        """Returns the campaigns that are going and have a wave that was to start by that day."""
        return [campaign for campaign, on in (await self._waiting.get()).items() if on <= day]

    async def not_on(self, day: date, campaigns: Iterable[str]) -> None:
        """Lets campaigns wait for the next day, unless they change: no wave of theirs starts on this one."""
        waiting = await self._waiting.get()
        for campaign in waiting.keys() & set(campaigns):
            waiting[campaign] = day + timedelta(days=1)

    async def _read(self) -> dict[str, date]:
        """Returns the day of the first wave that was not started, by campaign."""
        going = [row["_id"] async for row in self._decisions.find({"status": Status.GO}, {"_id": 1})]
        waiting = {"_id": {"$in": going}, "completed_at": None, "scheduled": {"$ne": None}}
        found = self._campaigns.find(waiting, {"waves.on": 1, "waves.started_at": 1})
        first = {row["_id"]: [w["on"] for w in row["waves"] if not w["started_at"]] async for row in found}
        return {campaign: date.fromisoformat(min(days)) for campaign, days in first.items() if days}
