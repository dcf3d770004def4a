"""What planner knows of a campaign's progress, in MongoDB."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.planner.progress import Response, ResponseCount
from services.planner.signoff import Told
from shared.coalescer import Coalescer
from shared.contracts import DispatchCompleted, NoticeFailed, NoticeSent, PopulationLoaded, WaveStarted
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

RESPONSES = Indexes(
    "responses", (IndexModel([("campaign", ASCENDING), ("on", ASCENDING), ("arm", ASCENDING), ("kind", ASCENDING)]),)
)
NOTICES = Indexes("notices", (IndexModel([("campaign", ASCENDING)]),))


class MongoProgress:
    """Responses are kept as a set of event ids and counted when asked for: heard twice, an event counts once."""

    def __init__(self, store: Store) -> None:
        self._progress = store["progress"]
        self._notices = store["notices"]
        self._responses = store["responses"]
        self._keeping = Coalescer(self._keep_together)

    async def population_loaded(self, loaded: PopulationLoaded) -> None:
        await self._progress.update_one(
            {"_id": loaded.campaign}, {"$set": {"population": loaded.model_dump(mode="json")}}, upsert=True
        )

    async def wave_started(self, started: WaveStarted) -> None:
        await self._progress.update_one(
            {"_id": started.campaign}, {"$set": {f"waves.{started.wave}": started.model_dump(mode="json")}}, upsert=True
        )

    async def dispatch_completed(self, completed: DispatchCompleted) -> None:
        await self._progress.update_one(
            {"_id": completed.campaign}, {"$set": {"dispatch": completed.model_dump(mode="json")}}, upsert=True
        )

    async def notice(self, notice: NoticeSent | NoticeFailed) -> None:
        fields = notice.model_dump(mode="json") | {"sent": isinstance(notice, NoticeSent)}
        await self._notices.replace_one({"_id": notice.notice}, fields, upsert=True)

    async def notified(self, campaign: str) -> Mapping[str, Told]:
        newest: dict[str, Told] = {}
        sent = {"campaign": campaign, "sent": True, "plan_version": {"$ne": None}}
        async for row in self._notices.find(sent).sort([("plan_version", ASCENDING), ("lines_to_take", ASCENDING)]):
            newest[row["team"]] = Told(
                plan_version=row["plan_version"], lines_to_take=row["lines_to_take"], at=row["sent_at"]
            )
        return newest

    async def count(self, response: Response) -> None:
        await self._keeping.add(response)

    async def responses(self, campaign: str) -> Sequence[ResponseCount]:
        fields = ("on", "arm", "kind")
        stages: list[Document] = [
            {"$match": {"campaign": campaign}},
            {"$group": {"_id": {field: f"${field}" for field in fields}, "count": {"$sum": 1}}},
        ]
        counts = [ResponseCount(**row["_id"], count=row["count"]) async for row in self._responses.aggregate(stages)]
        return sorted(counts, key=lambda count: (count.on, count.arm, count.kind))

    async def progress(self, campaign: str) -> dict[str, Any]:
        known: dict[str, Any] = await self._progress.find_one({"_id": campaign}, {"_id": 0}) or {}
        notices = [row async for row in self._notices.find({"campaign": campaign}, {"_id": 0})]
        return known | {"notices": notices}

    async def _keep_together(self, responses: Sequence[Response]) -> Sequence[None]:
        await insert_new(self._responses, [_document(response) for response in responses])
        return [None] * len(responses)


def _document(response: Response) -> Document:
    fields = response.model_dump(mode="json")
    return {"_id": fields.pop("event"), **fields}
