"""Chunks and the ledger of communications in MongoDB."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime

from pymongo import ASCENDING, IndexModel

from services.dispatcher.campaign import DispatchedCampaign, PlannedWave
from services.dispatcher.chunk import Assignment, Chunk
from services.dispatcher.communication import Communication, Recipient
from services.dispatcher.ports import Eligible
from services.dispatcher.repository.campaigns import MongoCampaigns
from services.dispatcher.repository.population import MongoPopulation
from shared.contracts import Contract
from shared.contracts.communications import ArmReconciliation
from shared.errors import NotYet
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

CHUNKS = Indexes("chunks", (IndexModel([("campaign", ASCENDING), ("finished", ASCENDING)]),))
COMMUNICATIONS = Indexes("communications", (IndexModel([("campaign", ASCENDING), ("chunk", ASCENDING)]),))


class MongoDispatch:
    """Everything that dispatching needs, joined from the campaigns, the population, the chunks and the ledger."""

    def __init__(self, store: Store, campaigns: MongoCampaigns, population: MongoPopulation) -> None:
        self._campaigns = campaigns
        self._population = population
        self._chunks = store["chunks"]
        self._communications = store["communications"]

    async def campaign(self, reference: str) -> DispatchedCampaign:
        return await self._campaigns.campaign(reference)

    def eligible(self, load: str) -> AsyncIterator[Eligible]:
        return self._population.eligible(load)

    async def add_chunks(self, chunks: Sequence[Chunk]) -> None:
        await insert_new(self._chunks, [_chunk_document(chunk) for chunk in chunks])

    async def schedule(self, reference: str, waves: Sequence[PlannedWave]) -> None:
        await self._campaigns.schedule(reference, waves)

    async def due(self, day: date) -> list[DispatchedCampaign]:
        return await self._campaigns.due(day)

    async def start_wave(self, campaign: str, wave: int, at: datetime, said: Sequence[Contract]) -> None:
        await self._campaigns.start_wave(campaign, wave, at, said)

    async def chunk(self, campaign: str, number: int) -> Chunk:
        document = await self._chunks.find_one({"_id": f"{campaign}:{number:06d}"})
        if document is None:
            raise NotYet(f"chunk {number} of {campaign} is not planned yet")
        return _chunk(document)

    async def take_in_hand(self, chunk: Chunk, at: datetime) -> Chunk:
        await self._chunks.update_one({"_id": chunk.id, "issued_at": None}, {"$set": {"issued_at": at}})
        return await self.chunk(chunk.campaign, chunk.number)

    async def recipients(self, load: str, chunk: Chunk) -> dict[int, Recipient]:
        return await self._population.recipients(load, chunk)

    async def record(self, chunk: Chunk, communications: Sequence[Communication], controls: frozenset[str]) -> None:
        issued = [
            {
                "_id": communication.reference,
                "campaign": chunk.campaign,
                "chunk": chunk.number,
                "row": communication.row,
                "arm": communication.arm.code,
                "state": "issued",
                "channel": communication.arm.channel,
                "language": communication.language,
                "format": communication.format,
                "at": chunk.issued_at,
            }
            for communication in communications
        ]
        untouched = [
            {
                "_id": f"{chunk.campaign}:{assignment.row}",
                "campaign": chunk.campaign,
                "chunk": chunk.number,
                "row": assignment.row,
                "arm": assignment.arm,
                "state": "control",
                "at": chunk.issued_at,
            }
            for assignment in chunk.assignments
            if assignment.arm in controls
        ]
        await insert_new(self._communications, [*issued, *untouched])

    async def finish_chunk(self, chunk: Chunk) -> None:
        await self._chunks.update_one({"_id": chunk.id}, {"$set": {"finished": True}})

    async def unfinished(self, campaign: str, waves: Sequence[int]) -> list[int]:
        rows = self._chunks.find({"campaign": campaign, "finished": False}, {"number": 1, "wave": 1})
        return sorted([row["number"] async for row in rows if row["wave"] in set(waves)])

    async def complete(self, campaign: str, at: datetime) -> datetime:
        return await self._campaigns.complete(campaign, at)

    async def reconcile(self, campaign: DispatchedCampaign) -> tuple[int, int, int, Sequence[ArmReconciliation]]:
        counts = await self.counts(campaign.reference)
        loaded = await self._population.loaded(str(campaign.load))
        arms = [
            ArmReconciliation(
                arm=arm.code,
                control=arm.control,
                assigned=sum(count for (code, _), count in counts.items() if code == arm.code),
                issued=counts.get((arm.code, "issued"), 0),
                suppressed_late=0,
            )
            for arm in campaign.plan.arms
        ]
        rejected, suppressed = (sum(t["count"] for t in loaded[name]) for name in ("rejected", "suppressed"))
        return loaded["rows"], rejected, suppressed, arms

    async def counts(self, campaign: str) -> dict[tuple[str, str], int]:
        """The ledger counted by arm and state."""
        stages: list[Document] = [
            {"$match": {"campaign": campaign}},
            {"$group": {"_id": {"arm": "$arm", "state": "$state"}, "count": {"$sum": 1}}},
        ]
        return {
            (row["_id"]["arm"], row["_id"]["state"]): row["count"]
            async for row in self._communications.aggregate(stages)
        }

    async def chunk_counts(self, campaign: str) -> dict[str, int]:
        """How many chunks are planned and how many of them are finished."""
        planned = await self._chunks.count_documents({"campaign": campaign})
        finished = await self._chunks.count_documents({"campaign": campaign, "finished": True})
        return {"planned": planned, "finished": finished}


def _chunk_document(chunk: Chunk) -> Document:
    return {
        "_id": chunk.id,
        "campaign": chunk.campaign,
        "number": chunk.number,
        "wave": chunk.wave,
        "rows": [assignment.row for assignment in chunk.assignments],
        "arms": [assignment.arm for assignment in chunk.assignments],
        "issued_at": chunk.issued_at,
        "finished": chunk.finished,
    }


def _chunk(document: Document) -> Chunk:
    return Chunk(
        campaign=document["campaign"],
        number=document["number"],
        wave=document["wave"],
        assignments=tuple(Assignment(*pair) for pair in zip(document["rows"], document["arms"], strict=True)),
        issued_at=document["issued_at"],
        finished=document["finished"],
    )
