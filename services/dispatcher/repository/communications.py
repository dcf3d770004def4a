"""The ledger in MongoDB: one entry for every customer, of what was assigned, what was sent, and how far it came.

Issuing only ever inserts. What comes later is merged so that the order does not matter: of each kind of report the
earliest is kept, and the state is the highest rank that was reported.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument, UpdateOne

from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.chunk import Chunk
from services.dispatcher.communication import Communication
from services.dispatcher.delivery import RANK, STATES, Report
from services.dispatcher.dispatch_ports import Entry, Result
from shared.errors import NotFound
from shared.storage.finding import found_by
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

COMMUNICATIONS = Indexes(
    "communications",
    (IndexModel([("campaign", ASCENDING), ("chunk", ASCENDING)]), IndexModel([("arm_of", ASCENDING)], sparse=True)),
)
"""`arm_of` is the token of a customer whom nothing was sent to, or may turn out not to be: by it an outcome finds its
arm. Those who have a letter are found by that, and an index of all customers would slow down every issue."""
CHUNKS_AT_ONCE = 200
"""Chunks counted in one operation, so that none takes long however large the campaign is."""
LETTER = {"channel": {"$exists": True}}


class MongoCommunications:
    def __init__(self, store: Store) -> None:
        self._communications = store["communications"]

    async def record(
        self,
        chunk: Chunk,
        communications: Sequence[Communication],
        one_by_one: frozenset[str],
        controls: frozenset[str],
        withheld: Mapping[int, str],
    ) -> None:
        settled, at = chunk.settled, chunk.settled.issued_at
        common = {"campaign": chunk.campaign, "chunk": chunk.number}
        written = [
            {
                "_id": c.reference,
                **common,
                "row": c.row,
                "arm": c.arm.code,
                "state": "planned" if c.arm.channel in one_by_one else "issued",
                "channel": c.arm.channel,
                "language": c.language,
                "format": c.format,
                "plan": settled.plan_version,
                "customer": c.token,
                "at": at,
                **({"extra_support": True} if c.extra_support else {}),
                **({"arm_of": c.token} if c.token and c.arm.channel in one_by_one else {}),
                **({"copy": "agent"} if c.copy else {}),
            }
            for c in communications
        ]
        others = [
            {
                "_id": f"{chunk.campaign}:{assignment.row}",
                **common,
                "row": assignment.row,
                "arm": assignment.arm,
                "state": "control" if assignment.arm in controls else "suppressed-late",
                "reason": settled.suppressed.get(assignment.row),
                "at": at,
                **({"arm_of": withheld[assignment.row]} if assignment.row in withheld else {}),
            }
            for assignment in chunk.assignments
            if assignment.arm in controls or assignment.row in settled.suppressed
        ]
        await insert_new(self._communications, [*written, *others])

    async def arms(self, campaign: str, customers: Sequence[str]) -> dict[str, str]:
        found = await found_by(self._communications, "arm_of", customers, {"campaign": campaign})
        return {entry["arm_of"]: entry["arm"] for entry in found}

    async def entries(self, chunk: Chunk) -> list[Entry]:
        found = self._communications.find({"campaign": chunk.campaign, "chunk": chunk.number, **LETTER})
        return [_entry(document) for document in sorted([d async for d in found], key=lambda d: d["row"])]

    async def planned(self, campaign: str, chunk: int, channel: str) -> list[Entry]:
        wanted = {"campaign": campaign, "chunk": chunk, "channel": channel, "state": "planned"}
        return [_entry(document) async for document in self._communications.find(wanted)]

    async def trying(self, references: Sequence[str], tried: bool) -> None:
        await self._communications.update_many(
            {"_id": {"$in": list(references)}, "state": "planned"}, {"$set": {"tried": tried}}
        )

    async def results(self, results: Sequence[Result], at: datetime) -> None:
        if results:
            await self._communications.bulk_write([_result(result, at) for result in results], ordered=False)

    async def report(self, campaign: str, report: Report) -> Document:
        """The entry with the report merged into it. Raises `NotFound` for a reference that was not issued."""
        kept = await self._communications.find_one_and_update(
            {"_id": report.reference, "campaign": campaign, **LETTER},
            _merging(report),
            return_document=ReturnDocument.AFTER,
        )
        if kept is None:
            raise NotFound(f"{campaign} has issued no {report.reference}")
        return kept

    async def campaign_of(self, reference: str) -> str:
        document = await self._communications.find_one({"_id": reference, **LETTER}, {"campaign": 1})
        if document is None:
            raise NotFound("no communication has this reference")
        return str(document["campaign"])

    async def entry(self, campaign: str, reference: str) -> Document:
        """All that the ledger knows of one communication, for people."""
        document = await self._communications.find_one({"_id": reference, "campaign": campaign, **LETTER})
        if document is None:
            raise NotFound(f"{campaign} has issued no {reference}")
        reports = document.pop("reports", {})
        state = STATES.get(document.pop("rank", 0), document["state"])
        return {"reference": document.pop("_id"), **document, "delivery": state, "reports": reports}

    async def of_chunk(self, campaign: str, chunk: int) -> list[Document]:
        return [d async for d in self._communications.find({"campaign": campaign, "chunk": chunk})]

    async def counts(self, campaign: DispatchedCampaign) -> dict[tuple[str, str], int]:
        """The ledger counted by arm and what was done: issued, failed, control, suppressed-late, or still planned."""
        return await self._counted(campaign, "state", {})

    async def deliveries(self, campaign: DispatchedCampaign) -> dict[tuple[str, str], int]:
        """Those that somebody reported on, counted by arm and how far they have come."""
        counts = await self._counted(campaign, "rank", {"rank": {"$gt": 0}})
        return {(arm, STATES[int(rank)]): count for (arm, rank), count in counts.items()}

    async def _counted(
        self, campaign: DispatchedCampaign, field: str, wanted: dict[str, Any]
    ) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = {}
        last = max((number for wave in campaign.waves for number in wave.chunks), default=0)
        for start in range(0, last + 1, CHUNKS_AT_ONCE):
            chunks = {"$gte": start, "$lt": start + CHUNKS_AT_ONCE}
            stages: list[Document] = [
                {"$match": {"campaign": campaign.reference, "chunk": chunks, **wanted}},
                {"$group": {"_id": {"arm": "$arm", "value": f"${field}"}, "count": {"$sum": 1}}},
            ]
            async for row in self._communications.aggregate(stages):
                key = (row["_id"]["arm"], str(row["_id"]["value"]))
                counts[key] = counts.get(key, 0) + row["count"]
        return counts


def _entry(document: Document) -> Entry:
    return Entry(
        reference=document["_id"],
        arm=document["arm"],
        channel=document["channel"],
        language=document["language"],
        outcome=document["state"],
        reason=document.get("reason"),
        tried=document.get("tried", False),
        customer=document.get("customer"),
        extra_support=document.get("extra_support", False),
    )


def _result(result: Result, at: datetime) -> UpdateOne:
    fields = {"state": result.outcome, "provider_id": result.provider_id, "reason": result.reason, "sent_at": at}
    change: Document = {"$set": fields}
    if result.outcome == "issued":
        change |= _merging(Report(result.reference, "accepted", at, "channel", provider_id=result.provider_id))
        change["$set"] = fields
    return UpdateOne({"_id": result.reference, "state": "planned"}, change)


def _merging(report: Report) -> Document:
    """Idempotent, and the same in any order."""
    said = {"at": report.at, "provider": report.provider, "reason": report.reason}
    change: Document = {"$min": {f"reports.{report.state}": said}, "$max": {"rank": RANK[report.state]}}
    if report.provider_id is not None:
        change["$set"] = {"provider_id": report.provider_id}
    return change
