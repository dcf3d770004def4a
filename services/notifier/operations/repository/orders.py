"""Orders of replays, and the state of the closed loop, in MongoDB."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.notifier.campaigns.campaign import Known
from services.notifier.campaigns.repository import known_of
from services.notifier.operations.state import LoopState, Replay
from shared.clock import LONDON, Clock
from shared.errors import Conflict
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

KEPT = timedelta(days=90)
REPLAYS = Indexes(
    "replays",
    (IndexModel([("progress", ASCENDING), ("at", ASCENDING)]), IndexModel([("at", DESCENDING)]),
     IndexModel("forget_at", expireAfterSeconds=0)),
)  # fmt: skip
SHOWN = 10


class MongoOrders:
    def __init__(self, store: Store) -> None:
        self._replays = store["replays"]

    async def add(self, order: Replay) -> Replay:
        """Raises `Conflict` where the id was used for another order."""
        row = order.model_dump(mode="json") | {"_id": order.id, "forget_at": datetime.now(UTC) + KEPT}
        await insert_new(self._replays, [row])
        kept = _replay(await self._replays.find_one({"_id": order.id}) or row)
        if (kept.queue, kept.cause, kept.campaign, kept.by) != (order.queue, order.cause, order.campaign, order.by):
            raise Conflict("this form was sent before for something else: open the page again")
        return kept

    async def next(self) -> Replay | None:
        row = await self._replays.find_one({"progress": "waiting"}, sort=[("at", ASCENDING)])
        return _replay(row) if row else None

    async def note(self, order: str, put_back: int) -> None:
        await self._replays.update_one({"_id": order}, {"$inc": {"count": put_back}})

    async def end(self, order: str, why_failed: str = "") -> None:
        ended = {"progress": "failed" if why_failed else "done", "why": why_failed}
        await self._replays.update_one({"_id": order, "progress": "waiting"}, {"$set": ended})

    async def latest(self) -> list[Replay]:
        rows = self._replays.find({}).sort("at", DESCENDING).limit(SHOWN)
        return [_replay(row) async for row in rows]


class MongoLoop:
    """The closed loop by what notifier has heard of it, in two questions whatever runs. `clock` is the service's own,
    which a rehearsal moves."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._campaigns, self._contacts, self._clock = store["campaigns"], store["contacts"], clock

    async def states(self) -> list[LoopState]:
        today = self._clock.now().astimezone(LONDON).date()
        rows = self._campaigns.find({"over": False, "launched": True}, {"approved.arms.letters": 0})
        known = sorted([known_of(row) async for row in rows], key=lambda each: each.campaign)
        run = [each for each in known if not each.completed]
        contacts = await self._contacts_on(today, [each.campaign for each in run])
        return [_state(each, today, contacts.get(each.campaign, 0)) for each in run]

    async def _contacts_on(self, day: date, campaigns: list[str]) -> dict[str, int]:
        stages: list[Document] = [
            {"$match": {"campaign": {"$in": campaigns}, "on": day.isoformat()}},
            {"$group": {"_id": "$campaign", "count": {"$sum": {"$ifNull": ["$count", 1]}}}},
        ]
        return {row["_id"]: row["count"] async for row in self._contacts.aggregate(stages)}


def _state(known: Known, today: date, contacts: int) -> LoopState:
    forecast = {day.on: day.central for day in known.plan.expected_contacts} if known.plan else {}
    return LoopState(
        campaign=known.campaign,
        title=known.plan.title if known.plan else "",
        course=known.course or "launched",
        daily_limit=known.slowed.daily_limit if known.slowed else None,
        contacts_today=contacts,
        forecast_today=forecast.get(today),
    )


def _replay(row: dict[str, Any]) -> Replay:
    return Replay.model_validate({name: value for name, value in row.items() if name in Replay.model_fields})
