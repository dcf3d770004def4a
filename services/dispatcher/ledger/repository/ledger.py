"""The ledger in MongoDB: one entry for every customer, of what was assigned, what was sent, and how far it came.

Issuing only inserts; what has to wait may be withdrawn before it is tried. What comes later is merged so that the order
does not matter: of each kind of report the earliest is kept, and the state is the highest rank that was reported.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.issue.chunk_part import ChannelPart
from services.dispatcher.ledger.delivery import STATES, DeliveryReport
from services.dispatcher.ledger.entry import Bundle, LedgerEntry, LedgerRecord, Result, Unsent
from services.dispatcher.ledger.repository.entries import (
    bundle_from,
    entry_of,
    issue_fields,
    letter_document,
    record_of,
    report_update,
    reported,
    result_update,
    unsent_document,
)
from services.dispatcher.schedule.chunk import Chunk, Issue
from shared.errors import NotFound
from shared.storage.finding import found_by, slices
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

COMMUNICATIONS = Indexes("communications", (IndexModel([("campaign", ASCENDING), ("chunk", ASCENDING)]),))
WITHHELD = "withheld"
"""Collection of arms, and since when, by token of customers to whom nothing was sent, or may turn out not to be:
outcomes find their arms by it. It is no index of the ledger, since every index slows down every issue."""
CHUNKS_PER_COUNT = 200
"""Chunks counted in one operation, so that none takes long however large the campaign is."""
LETTER = {"channel": {"$exists": True}}
PLANNED = {"state": "planned"}
UNTRIED = {**PLANNED, "tried": {"$ne": True}}
WAITING = {"state": "issued", "sent_at": {"$exists": False}}
"""Entries of a channel that takes a chunk whole, as long as the chunk is not out by it."""


class MongoCommunications:
    def __init__(self, store: Store) -> None:
        self._communications = store["communications"]
        self._withheld = store[WITHHELD]

    async def record(
        self, chunk: Chunk, part: ChannelPart | None, unsent: Sequence[Unsent], bundle: int | None = None
    ) -> None:
        planned = bundle is not None
        common = {"campaign": chunk.campaign, "chunk": chunk.number}
        written = (
            [common | letter_document(part.settlement.issue, c, planned) for c in part.communications] if part else []
        )
        others = [common | unsent_document(chunk.campaign, each, bundle) for each in unsent]
        not_sent = [*(written if planned else []), *others]
        arms = [
            {"_id": withheld_id(chunk.campaign, str(entry["customer"])), "arm": entry["arm"], "at": entry["at"]}
            for entry in not_sent
            if entry["customer"]
        ]
        await insert_new(self._withheld, arms)
        await insert_new(self._communications, [*written, *others])

    async def withdraw(self, references: Sequence[str], whole: bool = False) -> None:
        for some in slices(references):
            await self._communications.delete_many({"_id": {"$in": some}, **(WAITING if whole else UNTRIED)})

    async def reword(self, references: Sequence[str], issue: Issue, whole: bool = False) -> None:
        for some in slices(references):
            found = {"_id": {"$in": some}, **(WAITING if whole else UNTRIED)}
            await self._communications.update_many(found, {"$set": issue_fields(issue)})

    async def arms(self, campaign: str, customers: Sequence[str], by: datetime) -> dict[str, str]:
        ids = {withheld_id(campaign, customer): customer for customer in customers}
        found = await found_by(self._withheld, "_id", list(ids))
        return {ids[row["_id"]]: row["arm"] for row in found if row["at"] <= by}

    async def entries(self, chunk: Chunk) -> list[LedgerEntry]:
        found = await self.of_chunk(*chunk.key)
        return [entry_of(document) for document in sorted(found, key=lambda d: d["row"]) if "channel" in document]

    async def bundles(self, chunk: Chunk, channel: str) -> list[Bundle]:
        found: dict[int, list[Document]] = {}
        for document in await self.of_chunk(*chunk.key):
            if "bundle" in document and channel in (document.get("channel"), document.get("part")):
                found.setdefault(document["bundle"], []).append(document)
        return [bundle_from(sorted(found[number], key=lambda d: d["row"])) for number in sorted(found)]

    async def planned(self, campaign: str, chunk: int, channel: str) -> list[LedgerEntry]:
        found = await self.of_chunk(campaign, chunk)
        return [entry_of(d) for d in found if d["state"] == "planned" and d["channel"] == channel]

    async def trying(self, references: Sequence[str], at: datetime, epoch: int) -> int:
        change = {"$set": {"tried": True, "tried_at": at, "epoch": epoch}}
        return await self._change(references, epoch, UNTRIED, change)

    async def untried(self, references: Sequence[str], epoch: int) -> None:
        await self._change(references, epoch, PLANNED, {"$set": {"tried": False}})

    async def put_off(self, references: Sequence[str], at: datetime, until: datetime, epoch: int) -> None:
        change = {"$set": {"tried": False, "put_off": until}, "$min": {"put_off_since": at}}
        await self._change(references, epoch, PLANNED, change)

    async def _change(self, references: Sequence[str], epoch: int, wanted: Document, change: Document) -> int:
        """Changes those as `wanted` that no later claim has tried; returns how many."""
        found = 0
        for some in slices(references):
            ours = {"_id": {"$in": some}, **wanted, "epoch": {"$not": {"$gt": epoch}}}
            found += (await self._communications.update_many(ours, change)).matched_count
        return found

    async def results(self, results: Sequence[Result], at: datetime, bundle: int) -> None:
        updates = [result_update(result, at, bundle) for result in results]
        await self._communications.bulk_write(updates, ordered=False)

    async def report(self, campaign: str, report: DeliveryReport) -> LedgerRecord:
        """The record with the report merged into it. Raises `NotFound` for a reference that was not issued."""
        letter = {"_id": report.reference, "campaign": campaign, **LETTER}
        await self._communications.update_one(letter, report_update(report))
        kept = await self._communications.find_one(letter)
        if kept is None:
            raise NotFound(f"{campaign} has issued no {report.reference}")
        return record_of(kept)

    async def said(self, report: DeliveryReport) -> DeliveryReport:
        unsaid = {"_id": report.reference, f"said.{report.state}": {"$exists": False}}
        await self._communications.update_one(unsaid, {"$set": {f"said.{report.state}": reported(report)}})
        entry = await self._communications.find_one({"_id": report.reference}, {"said": 1}) or {}
        return replace(report, **entry["said"][report.state])

    async def campaign_of(self, reference: str) -> str:
        document = await self._communications.find_one({"_id": reference, **LETTER}, {"campaign": 1})
        if document is None:
            raise NotFound("no communication has this reference")
        return str(document["campaign"])

    async def entry(self, campaign: str, reference: str) -> Document:
        """Returns everything the ledger has of one communication, for people."""
        document = await self._communications.find_one({"_id": reference, "campaign": campaign, **LETTER})
        if document is None:
            raise NotFound(f"{campaign} has issued no {reference}")
        reports, _ = document.pop("reports", {}), document.pop("said", None)
        state = STATES.get(document.pop("rank", 0), document["state"])
        return {"reference": document.pop("_id"), **document, "delivery": state, "reports": reports}

    async def records(self, campaign: str, chunk: int) -> list[LedgerRecord]:
        return [record_of(document) for document in await self.of_chunk(campaign, chunk)]

    async def of_chunk(self, campaign: str, chunk: int) -> list[Document]:
        """Returns all entries of the chunk, for the caller to select from: the embedded store uses an index only for
        questions about nothing but the fields that it has."""
        return [d async for d in self._communications.find({"campaign": campaign, "chunk": chunk})]

    async def counts(self, campaign: DispatchedCampaign) -> dict[tuple[str, str], int]:
        """The ledger counted by arm and what was done: issued, failed, control, suppressed-late, or still planned."""
        return await self._counted(campaign, "state", {})

    async def deliveries(self, campaign: DispatchedCampaign) -> dict[tuple[str, str], int]:
        """Counts communications that were reported on, by arm and how far they have come."""
        counts = await self._counted(campaign, "rank", {"rank": {"$gt": 0}})
        return {(arm, STATES[int(rank)]): count for (arm, rank), count in counts.items()}

    async def chunks_of_entries(self, campaign: DispatchedCampaign) -> AsyncIterator[tuple[int, int]]:
        stages: list[Document] = [
            {"$match": {"campaign": campaign.reference}},
            {"$group": {"_id": "$chunk", "count": {"$sum": 1}}},
        ]
        async for row in self._communications.aggregate(stages):
            yield row["_id"], row["count"]

    async def _counted(
        self, campaign: DispatchedCampaign, field: str, wanted: dict[str, Any]
    ) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = {}
        last = max((number for wave in campaign.waves for number in wave.chunks), default=0)
        for start in range(0, last + 1, CHUNKS_PER_COUNT):
            chunks = {"$gte": start, "$lt": start + CHUNKS_PER_COUNT}
            stages: list[Document] = [
                {"$match": {"campaign": campaign.reference, "chunk": chunks}},
                *([{"$match": wanted}] if wanted else []),
                {"$group": {"_id": {"arm": "$arm", "value": f"${field}"}, "count": {"$sum": 1}}},
            ]
            async for row in self._communications.aggregate(stages):
                key = (row["_id"]["arm"], str(row["_id"]["value"]))
                counts[key] = counts.get(key, 0) + row["count"]
        return counts


def withheld_id(campaign: str, token: str) -> str:
    return f"{campaign}:{token}"
