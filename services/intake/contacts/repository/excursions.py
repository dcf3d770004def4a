"""Forecasts and excursions in MongoDB: a document for each campaign."""

from collections.abc import Sequence
from datetime import date, datetime

from pymongo.errors import DuplicateKeyError

from services.intake.contacts.excursions import WatchedCampaign
from shared.contracts import ContactVolumeForecast, Contract
from shared.errors import Stale
from shared.events import events_after
from shared.storage.store import Document, Session, Store

MOST_WAVES = 100_000
"""More waves than a plan can have."""


class MongoExcursions:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._watched = store["watched"]
        self._source = source

    async def keep(self, forecast: ContactVolumeForecast) -> None:
        """Order is by plan version, then by waves: a forecast heard late replaces nothing."""
        order = _order(forecast)
        last = max((day.on for day in forecast.days), default=date.min).isoformat()
        fields = {"forecast": forecast.model_dump(mode="json"), "order": order, "last": last}
        new: Document = {"_id": forecast.campaign, "standing": "within", "excursions": 0, "since": None, **fields}
        try:
            await self._watched.insert_one(new)
        except DuplicateKeyError:
            await self._watched.update_one({"_id": forecast.campaign, "order": {"$lt": order}}, {"$set": fields})

    async def watched(self, on: date) -> list[WatchedCampaign]:
        found = self._watched.find({"last": {"$gte": on.isoformat()}})
        return [_watched(row) async for row in found]

    async def change(
        self, before: WatchedCampaign, after: WatchedCampaign, at: datetime, said: Sequence[Contract]
    ) -> bool:
        order = _order(before.forecast)
        as_read: Document = {"_id": before.forecast.campaign, "order": order}
        as_read |= {"standing": before.standing, "excursions": before.excursions}
        change = after.model_dump(mode="json", include={"standing", "excursions", "since"})

        async def write(session: Session) -> None:
            if not (await self._watched.update_one(as_read, {"$set": change}, session=session)).matched_count:
                raise Stale(f"{before.forecast.campaign} was looked at by another replica meanwhile")

        cause = f"{after.excursion}:{after.standing}"
        try:
            await self._store.commit(write, *events_after(cause, self._source, at, said))
        except Stale:
            return False
        return True


def _order(forecast: ContactVolumeForecast) -> int:
    return forecast.plan_version * MOST_WAVES + forecast.waves


def _watched(row: Document) -> WatchedCampaign:
    return WatchedCampaign.model_validate({name: row[name] for name in WatchedCampaign.model_fields})
