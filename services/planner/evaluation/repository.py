"""Trials in MongoDB: an event's units are one document, written once; early looks; and results that were published."""

from datetime import date
from uuid import UUID

import pymongo
from pymongo import ASCENDING, IndexModel

from services.planner.evaluation.data.kept_columns import KeptColumns, day, joined
from services.planner.evaluation.ports import PublishedEvaluation
from services.planner.evaluation.provenance import Peek
from shared.contracts import EvaluationPublished, UnitOutcomes, UnitReturned, UnitsAllocated, UnitsSettled
from shared.events import events_after
from shared.idempotency import Request, expect_same_request
from shared.identifiers import new_id
from shared.storage.inserting import insert_new
from shared.storage.store import Indexes, Session, Store

OF_CAMPAIGN = (IndexModel([("campaign", ASCENDING)]),)
ALLOCATED, SETTLED, RETURNED_UNITS, UNIT_OUTCOMES = (
    Indexes(name, OF_CAMPAIGN) for name in ("units_allocated", "units_settled", "units_returned", "unit_outcomes")
)
UNITS = (ALLOCATED, SETTLED, RETURNED_UNITS, UNIT_OUTCOMES)
PEEKS, EVALUATIONS = Indexes("trial_peeks", OF_CAMPAIGN), Indexes("evaluations", OF_CAMPAIGN)
SOURCE = "planner"
READ_WITHIN_SECONDS = 300.0


class MongoUnits:
    """Documents hold columns: a million units are some thousand documents, and are read in seconds."""

    def __init__(self, store: Store) -> None:
        self._allocated, self._settled, self._returned, self._outcomes = (store[each.collection] for each in UNITS)

    async def allocated(self, allocated: UnitsAllocated) -> None:
        units = allocated.units
        row = {
            "_id": f"{allocated.campaign}:{allocated.load}:{allocated.part}",
            "campaign": allocated.campaign,
            "units": joined([unit.unit for unit in units]),
            "clusters": joined([unit.cluster for unit in units]),
            "arms": [unit.arm for unit in units],
            "strata": [unit.stratum for unit in units],
        }
        await insert_new(self._allocated, [row])

    async def settled(self, event: str, settled: UnitsSettled) -> None:
        row = {
            "_id": event,
            "campaign": settled.campaign,
            "chunk": settled.chunk,
            "on": settled.on.isoformat(),
            "units": joined([unit.unit for unit in settled.units]),
            "arms": [unit.arm for unit in settled.units],
            "states": [unit.state for unit in settled.units],
        }
        await insert_new(self._settled, [row])

    async def returned(self, returned: UnitReturned) -> None:
        row = {"_id": f"{returned.campaign}:{returned.unit}", "campaign": returned.campaign, "unit": returned.unit}
        await insert_new(self._returned, [row])

    async def outcomes(self, event: str, outcomes: UnitOutcomes) -> None:
        said = outcomes.outcomes
        row = {
            "_id": event,
            "campaign": outcomes.campaign,
            "ids": b"".join(UUID(each.id).bytes for each in said),
            "units": joined([each.unit for each in said]),
            "codes": [each.outcome for each in said],
            "rest": [[each.version, day(each.on), each.amount_pence or 0, int(each.void)] for each in said],
        }
        await insert_new(self._outcomes, [row])

    async def kept(self, campaign: str) -> KeptColumns:
        with pymongo.timeout(READ_WITHIN_SECONDS):  # one cursor reads a whole trial, however large
            return await self._kept({"campaign": campaign})

    async def _kept(self, of_it: dict[str, str]) -> KeptColumns:
        kept = KeptColumns()
        async for row in self._allocated.find(of_it):
            kept.allocations.add(row["units"], row["clusters"], row["arms"], row["strata"])
        async for row in self._settled.find(of_it):
            on = date.fromisoformat(row["on"])
            kept.settlements.add(row["chunk"], on, row["units"], row["arms"], row["states"])
        async for row in self._outcomes.find(of_it):
            kept.outcomes.add(row["ids"], row["units"], row["codes"], row["rest"])
        async for row in self._returned.find(of_it, {"unit": 1}):
            kept.returned.add([bytes.fromhex(row["unit"])])
        return kept


class MongoEvaluations:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._peeks = store[PEEKS.collection]
        self._evaluations = store[EVALUATIONS.collection]

    async def peeked(self, campaign: str, peek: Peek) -> None:
        await self._peeks.insert_one({"_id": new_id(), "campaign": campaign, **peek.model_dump(mode="json")})

    async def peeks(self, campaign: str) -> tuple[Peek, ...]:
        rows = [row async for row in self._peeks.find({"campaign": campaign}, {"_id": 0, "campaign": 0})]
        return tuple(sorted((Peek.model_validate(row) for row in rows), key=lambda peek: (peek.at, peek.by)))

    async def publish(self, request: Request, evaluation: PublishedEvaluation) -> PublishedEvaluation:
        said = evaluation.said
        row = {"_id": request.id, "campaign": said.campaign, "digest": request.digest, "at": said.published_at}
        row |= {"evaluation": evaluation.model_dump(mode="json")}
        events = list(events_after(request.id, SOURCE, said.published_at, [said]))

        async def write(session: Session) -> PublishedEvaluation:
            if kept := await self._evaluations.find_one({"_id": request.id}, session=session):
                expect_same_request(kept["digest"], request)
                return PublishedEvaluation.model_validate(kept["evaluation"])
            await self._evaluations.insert_one(row, session=session)
            await self._store.outbox.add(events, session)
            return evaluation

        return await self._store.commit(write)

    async def published(self, request: Request) -> PublishedEvaluation | None:
        kept = await self._evaluations.find_one({"_id": request.id})
        if kept is None:
            return None
        expect_same_request(kept["digest"], request)
        return PublishedEvaluation.model_validate(kept["evaluation"])

    async def publications(self, campaign: str) -> tuple[EvaluationPublished, ...]:
        rows = [row async for row in self._evaluations.find({"campaign": campaign}, {"at": 1, "evaluation.said": 1})]
        found = sorted(rows, key=lambda row: row["at"])
        return tuple(EvaluationPublished.model_validate(row["evaluation"]["said"]) for row in found)
