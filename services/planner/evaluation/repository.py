"""Units of trials in MongoDB: an event's units are one document, written once and never changed."""

from datetime import date
from uuid import UUID

from pymongo import ASCENDING, IndexModel

from services.planner.evaluation.kept_columns import KeptColumns, day, joined
from shared.contracts import UnitOutcomes, UnitReturned, UnitsAllocated, UnitsSettled
from shared.storage.inserting import insert_new
from shared.storage.store import Indexes, Store

OF_CAMPAIGN = (IndexModel([("campaign", ASCENDING)]),)
ALLOCATED, SETTLED, RETURNED_UNITS, UNIT_OUTCOMES = (
    Indexes(name, OF_CAMPAIGN) for name in ("units_allocated", "units_settled", "units_returned", "unit_outcomes")
)
UNITS = (ALLOCATED, SETTLED, RETURNED_UNITS, UNIT_OUTCOMES)


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
        kept, of_it = KeptColumns(), {"campaign": campaign}
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
