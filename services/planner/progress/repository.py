"""Progress of campaigns in MongoDB."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.planner.agreement.sign_off import Told
from services.planner.forecast.schedule.issued import IssuedCount
from services.planner.progress.progress import OutcomeTotal, Response, ResponseCount, Sent
from shared.clock import LONDON
from shared.contracts import (
    CommunicationsIssued,
    CommunicationsReturned,
    DispatchCompleted,
    NoticeFailed,
    NoticeSent,
    OutcomeCorrected,
    OutcomesAttributed,
    OutcomesRecorded,
    PopulationLoaded,
    WaveStarted,
)
from shared.running.coalescer import Coalescer
from shared.storage.changes import OLDEST_SECONDS
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store
from shared.storage.upserting import keep_newest
from shared.storage.versions import Versioned

RESPONSES = Indexes(
    "responses", (IndexModel([("campaign", ASCENDING), ("on", ASCENDING), ("arm", ASCENDING), ("kind", ASCENDING)]),)
)
OUTCOMES = Indexes("outcomes", (IndexModel([("campaign", ASCENDING), ("arm", ASCENDING), ("outcome", ASCENDING)]),))
RETURNED = Indexes("returned", (IndexModel([("campaign", ASCENDING)]),))
ISSUED = Indexes("issued", (IndexModel([("campaign", ASCENDING)]),))
NOTICES = Indexes("notices", (IndexModel([("campaign", ASCENDING)]),))

COUNTED = "issues"
"""The field of a campaign's progress that counts what was heard of communications, once their rows are kept: what is
summed up of them is remembered until it is another number."""


class MongoProgress:
    """Keeps responses as a set and counts them when asked: heard twice, a response counts once; corrected, it moves."""

    def __init__(self, store: Store) -> None:
        self._progress = store["progress"]
        self._notices = store["notices"]
        self._responses = store["responses"]
        self._outcomes = store["outcomes"]
        self._returned = store["returned"]
        self._issued = store["issued"]
        self._totals = Versioned(self._issued_of, OLDEST_SECONDS)
        self._keeping = Coalescer(self._keep_together)

    async def population_loaded(self, loaded: PopulationLoaded) -> None:
        earlier = {"_id": loaded.campaign, "population_at": {"$not": {"$gte": loaded.loaded_at}}}
        change = {"$set": {"population": loaded.model_dump(mode="json"), "population_at": loaded.loaded_at}}
        await keep_newest(lambda: self._progress.update_one(earlier, change, upsert=True))

    async def population(self, campaign: str) -> PopulationLoaded | None:
        known = await self._progress.find_one({"_id": campaign}, {"population": 1}) or {}
        return PopulationLoaded.model_validate(known["population"]) if known.get("population") else None

    async def wave_started(self, started: WaveStarted) -> None:
        await self._progress.update_one(
            {"_id": started.campaign}, {"$set": {f"waves.{started.wave}": started.model_dump(mode="json")}}, upsert=True
        )

    async def waves(self, campaign: str) -> Sequence[WaveStarted]:
        return _waves(await self._progress.find_one({"_id": campaign}, {"waves": 1}) or {})

    async def communications_issued(self, id_: str, issued: CommunicationsIssued) -> None:
        on = issued.issued_at.astimezone(LONDON).date().isoformat()
        arms = Counter(each.arm for each in issued.communications)
        rows = [
            {"_id": f"{id_}:{arm}", "campaign": issued.campaign, "wave": issued.wave, "on": on, "arm": arm, "count": n}
            for arm, n in sorted(arms.items())
        ]
        await insert_new(self._issued, rows)
        counted = {"$inc": {COUNTED: 1}}
        await keep_newest(lambda: self._progress.update_one({"_id": issued.campaign}, counted, upsert=True))

    async def issued(self, campaign: str) -> Sequence[IssuedCount]:
        return (await self._issued_of([campaign]))[campaign]

    async def sent_of(self, campaigns: Collection[str]) -> Mapping[str, Sent]:
        rows = self._progress.find({"_id": {"$in": list(campaigns)}}, ["population.eligible", "waves", COUNTED])
        known = {row["_id"]: row async for row in rows}
        issued = await self._totals.of([(name, known.get(name, {}).get(COUNTED, 0)) for name in campaigns])
        return {name: _sent(known.get(name, {}), issued[name]) for name in campaigns}

    async def _issued_of(self, campaigns: Collection[str]) -> Mapping[str, Sequence[IssuedCount]]:
        found: dict[str, list[IssuedCount]] = {campaign: [] for campaign in campaigns}
        stages: list[Document] = [
            {"$match": {"campaign": {"$in": list(campaigns)}}},
            {"$group": {"_id": {f: f"${f}" for f in ("campaign", "on", "wave", "arm")}, "count": {"$sum": "$count"}}},
        ]
        async for row in self._issued.aggregate(stages):
            found[row["_id"].pop("campaign")].append(IssuedCount(**row["_id"], count=row["count"]))
        return {name: sorted(all_, key=lambda each: (each.on, each.wave, each.arm)) for name, all_ in found.items()}

    async def dispatch_completed(self, completed: DispatchCompleted) -> None:
        await self._progress.update_one(
            {"_id": completed.campaign}, {"$set": {"dispatch": completed.model_dump(mode="json")}}, upsert=True
        )

    async def dispatched(self, campaign: str) -> bool:
        return await self._progress.find_one({"_id": campaign, "dispatch": {"$ne": None}}, {"_id": 1}) is not None

    async def notice(self, notice: NoticeSent | NoticeFailed) -> None:
        """The later fact stays: a notice that was sent can be returned, and the two may be heard in any order."""
        sent = isinstance(notice, NoticeSent)
        at = notice.sent_at if isinstance(notice, NoticeSent) else notice.failed_at
        earlier = {"_id": notice.notice, "at": {"$lt" if sent else "$lte": at}}
        kept = notice.model_dump(mode="json") | {"sent": sent, "at": at}
        await keep_newest(lambda: self._notices.replace_one(earlier, kept, upsert=True))

    async def notified(self, campaign: str) -> Mapping[str, Told]:
        newest: dict[str, Told] = {}
        sent = {"campaign": campaign, "sent": True, "plan_version": {"$ne": None}}
        rows = self._notices.find(sent, ["team", "plan_version", "lines_to_take", "sent_at"])
        async for row in rows.sort([("plan_version", ASCENDING), ("lines_to_take", ASCENDING)]):
            version, lines = row["plan_version"], row["lines_to_take"]
            newest[row["team"]] = Told(plan_version=version, lines_to_take=lines, at=row["sent_at"])
        return newest

    async def count(self, responses: Sequence[Response]) -> None:
        await asyncio.gather(*map(self._keeping.add, responses))

    async def recount(self, id_: str, version: int, response: Response | None) -> None:
        fields = response.model_dump(mode="json", exclude={"id"}) if response else {"campaign": None}
        earlier = {"_id": id_, "version": {"$lt": version}}
        change = {"$set": fields | {"version": version}}
        await keep_newest(lambda: self._responses.update_one(earlier, change, upsert=True))

    async def outcomes_recorded(self, recorded: OutcomesRecorded) -> None:
        facts = [fact.model_dump(mode="json", include={"id", "arm", "outcome"}) for fact in recorded.facts]
        rows = [{"_id": fact.pop("id"), "campaign": recorded.campaign, **fact} for fact in facts]
        for position in await insert_new(self._outcomes, rows):
            if rows[position]["arm"]:  # its letter may have become known since it was said first
                known = {name: rows[position][name] for name in ("campaign", "arm")}
                await self._outcomes.update_one({"_id": rows[position]["_id"], "arm": None}, {"$set": known})

    async def outcomes_attributed(self, attributed: OutcomesAttributed) -> None:
        of_campaign = {"campaign": attributed.campaign}
        inserted = [{"_id": f.id, "arm": f.arm, "outcome": f.outcome, **of_campaign} for f in attributed.facts]
        for position in await insert_new(self._outcomes, inserted):
            fact = attributed.facts[position]
            await self._outcomes.update_one({"_id": fact.id}, {"$set": {"arm": fact.arm}})

    async def outcome_corrected(self, corrected: OutcomeCorrected) -> None:
        fact, version = corrected.fact, corrected.version
        first = {"_id": fact.id, "campaign": corrected.campaign, "arm": fact.arm, "outcome": fact.outcome}
        await insert_new(self._outcomes, [first])  # unless it is there, by whatever was heard of it
        earlier = {"_id": fact.id, "$or": [{"version": None}, {"version": {"$lt": version}}]}
        now = {"outcome": fact.outcome, "void": corrected.void, "version": version}
        await self._outcomes.update_one(earlier, {"$set": now})

    async def outcomes(self, campaign: str) -> Sequence[OutcomeTotal]:
        stages: list[Document] = [
            {"$match": {"campaign": campaign}},
            {"$match": {"void": {"$ne": True}}},
            {"$group": {"_id": {"arm": "$arm", "outcome": "$outcome"}, "count": {"$sum": 1}}},
        ]
        totals = [OutcomeTotal(**row["_id"], count=row["count"]) async for row in self._outcomes.aggregate(stages)]
        return sorted(totals, key=lambda total: (total.arm or "", total.outcome))

    async def returned(self, returned: CommunicationsReturned) -> None:
        await insert_new(self._returned, [{"_id": returned.reference, "campaign": returned.campaign}])

    async def responses(self, campaign: str) -> Sequence[ResponseCount]:
        count = {"$sum": {"$ifNull": ["$count", 1]}}
        stages: list[Document] = [
            {"$match": {"campaign": campaign}},
            {"$group": {"_id": {field: f"${field}" for field in ("on", "arm", "kind")}, "count": count}},
        ]
        rows = [row async for row in self._responses.aggregate(stages)]
        # below 1 once all have moved, and until what a correction moved is heard
        counts = (ResponseCount(**row["_id"], count=row["count"]) for row in rows if row["count"] > 0)
        return sorted(counts, key=lambda count: (count.on, count.arm, count.kind))

    async def progress(self, campaign: str) -> dict[str, Any]:
        known: dict[str, Any] = await self._progress.find_one({"_id": campaign}, {"_id": 0, COUNTED: 0}) or {}
        notices = [row async for row in self._notices.find({"campaign": campaign}, {"_id": 0, "at": 0})]
        return known | {"notices": notices, "returned": await self._returned.count_documents({"campaign": campaign})}

    async def _keep_together(self, responses: Sequence[Response]) -> Sequence[None]:
        await insert_new(self._responses, [_document(response) for response in responses])
        return [None] * len(responses)


def _sent(progress: Document, issued: Sequence[IssuedCount]) -> Sent:
    return Sent(progress.get("population", {}).get("eligible"), _waves(progress), issued)


def _waves(progress: Document) -> Sequence[WaveStarted]:
    waves = [WaveStarted.model_validate(wave) for wave in progress.get("waves", {}).values()]
    return sorted(waves, key=lambda wave: wave.wave)


def _document(response: Response) -> Document:
    fields = response.model_dump(mode="json")
    return {"_id": fields.pop("id"), "version": 1, **fields}
