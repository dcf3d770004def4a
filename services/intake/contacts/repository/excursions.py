"""Forecasts and excursions in MongoDB: a document for each campaign, and one for each of its teams."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from services.intake.contacts.excursions import WatchedCampaign
from services.intake.contacts.watch import Standing
from shared.contracts import ContactVolumeForecast, Contract
from shared.errors import Stale
from shared.events import events_after
from shared.storage.store import Document, Indexes, Session, Store

WATCHED = Indexes("watched", (IndexModel("last"),))
MOST_WAVES, MOST_REVISIONS = 10_000, 10_000_000
"""More waves than a plan can have, and more versions than a campaign comes to."""


class MongoExcursions:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._watched = store["watched"]
        self._source = source

    async def keep(self, forecast: ContactVolumeForecast) -> None:
        """Order is by plan version, then by waves and revision: a forecast heard late replaces nothing."""
        await self._keep(WatchedCampaign(forecast=forecast))
        newest = await self._watched.find_one({"_id": forecast.campaign})
        if newest is None:
            raise Stale(f"the forecast of {forecast.campaign} went away meanwhile")
        kept = _watched(newest).forecast
        of_teams = self._watched.find({"_id": {"$gt": f"{forecast.campaign}:", "$lt": f"{forecast.campaign};"}})
        teams = {each.team for each in kept.teams} | {row["team"] async for row in of_teams}
        for team in sorted(teams):
            await self._keep(WatchedCampaign(forecast=kept, team=team))

    async def _keep(self, new: WatchedCampaign) -> None:
        forecast, order = new.forecast, _order(new.forecast)
        last = max((day.on for day in forecast.days), default=date.min).isoformat()
        fields = {"forecast": forecast.model_dump(mode="json"), "order": order, "last": last}
        try:
            await self._watched.insert_one({"_id": new.name, **new.model_dump(mode="json"), **fields})
        except DuplicateKeyError:
            more = {"order": order, "forecast.communications": {"$lt": forecast.communications}}
            older: Document = {"_id": new.name, "$or": [{"order": {"$lt": order}}, more]}
            await self._watched.update_one(older, {"$set": fields})

    async def watched(self, on: date) -> list[WatchedCampaign]:
        return await self._of(on)

    async def campaigns(self, on: date) -> list[WatchedCampaign]:
        return await self._of(on, team=None)

    async def _of(self, on: date, **only: None) -> list[WatchedCampaign]:
        found = await self._watched.find({"last": {"$gte": on.isoformat()}, **only}).to_list(None)
        return [_watched(row) for row in sorted(found, key=lambda row: str(row["_id"]))]

    async def standings(self, on: date) -> Mapping[str, Standing]:
        found = self._watched.find({"last": {"$gte": on.isoformat()}, "team": None}, {"standing": 1})
        return {row["_id"]: Standing(row["standing"]) async for row in found}

    async def change(
        self, before: WatchedCampaign, after: WatchedCampaign, at: datetime, said: Sequence[Contract]
    ) -> bool:
        order = _order(before.forecast)
        as_read: Document = {"_id": before.name, "order": order}
        as_read["forecast.communications"] = before.forecast.communications
        as_read |= {"standing": before.standing, "excursions": before.excursions}
        change = after.model_dump(mode="json", include={"standing", "excursions", "since"})

        async def write(session: Session) -> None:
            if not (await self._watched.update_one(as_read, {"$set": change}, session=session)).matched_count:
                raise Stale(f"{before.name} was looked at by another replica meanwhile")

        cause = f"{after.excursion}:{after.standing}"
        try:
            await self._store.commit(write, *events_after(cause, self._source, at, said))
        except Stale:
            return False
        return True


def _order(forecast: ContactVolumeForecast) -> int:
    return (forecast.plan_version * MOST_WAVES + forecast.waves) * MOST_REVISIONS + forecast.revision


def _watched(row: Document) -> WatchedCampaign:
    return WatchedCampaign.model_validate({name: row[name] for name in WatchedCampaign.model_fields if name in row})
