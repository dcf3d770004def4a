"""The ledger in MongoDB: one entry for every customer, of what was assigned, what was sent, and how far it came.

Issuing only inserts; what has to wait may be withdrawn before it is tried. What comes later is merged so that the order
does not matter: of each kind of report the earliest is kept, and the state is the highest rank that was reported.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument, UpdateOne

from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.chunk import Chunk, Issue
from services.dispatcher.communication import Communication
from services.dispatcher.delivery import RANK, STATES, Report
from services.dispatcher.dispatch_ports import Bundle, Entry, Result, Unsent
from services.dispatcher.part import Part
from shared.errors import NotFound
from shared.storage.finding import found_by
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

COMMUNICATIONS = Indexes("communications", (IndexModel([("campaign", ASCENDING), ("chunk", ASCENDING)]),))
WITHHELD = "withheld"
"""Arms, and since when, by token of customers to whom nothing was sent, or may turn out not to be: by it outcomes find
their arms. Who has a letter is found by that. It is no index of the ledger: every index slows down every issue."""
CHUNKS_AT_ONCE = 200
"""Chunks counted in one operation, so that none takes long however large the campaign is."""
LETTER = {"channel": {"$exists": True}}
UNTRIED = {"state": "planned", "tried": {"$ne": True}}


class MongoCommunications:
    def __init__(self, store: Store) -> None:
        self._communications = store["communications"]
        self._withheld = store[WITHHELD]

    async def record(self, chunk: Chunk, part: Part | None, planned: bool, unsent: Sequence[Unsent]) -> None:
        common = {"campaign": chunk.campaign, "chunk": chunk.number}
        written = [common | _written(part.settlement.issue, c, planned) for c in part.communications] if part else []
        others = [common | _unwritten(chunk.campaign, each) for each in unsent]
        not_sent = [*(written if planned else []), *others]
        arms = [
            {"_id": withheld_id(chunk.campaign, str(entry["customer"])), "arm": entry["arm"], "at": entry["at"]}
            for entry in not_sent
            if entry["customer"]
        ]
        await insert_new(self._withheld, arms)
        await insert_new(self._communications, [*written, *others])

    async def withdraw(self, references: Sequence[str]) -> None:
        if references:
            await self._communications.delete_many({"_id": {"$in": list(references)}, **UNTRIED})

    async def reword(self, references: Sequence[str], issue: Issue) -> None:
        if references:
            untried = {"_id": {"$in": list(references)}, **UNTRIED}
            await self._communications.update_many(untried, {"$set": _issue_fields(issue)})

    async def arms(self, campaign: str, customers: Sequence[str], by: datetime) -> dict[str, str]:
        ids = {withheld_id(campaign, customer): customer for customer in customers}
        found = await found_by(self._withheld, "_id", list(ids))
        return {ids[row["_id"]]: row["arm"] for row in found if row["at"] <= by}

    async def entries(self, chunk: Chunk) -> list[Entry]:
        found = self._communications.find({"campaign": chunk.campaign, "chunk": chunk.number, **LETTER})
        return [_entry(document) for document in sorted([d async for d in found], key=lambda d: d["row"])]

    async def mark_bundle(self, campaign: str, chunk: int, channel: str, number: int) -> bool:
        """What has a result or is suppressed, and is in no earlier bundle, is in this one. Whether there is any."""
        part = {"campaign": campaign, "chunk": chunk, "$or": [{"channel": channel}, {"part": channel}]}
        known = [d async for d in self._communications.find(part | {"state": {"$ne": "planned"}}, {"bundle": 1})]
        new = [document["_id"] for document in known if document.get("bundle", number) == number]
        if new:
            await self._communications.update_many({"_id": {"$in": new}}, {"$set": {"bundle": number}})
        return bool(new)

    async def bundles(self, chunk: Chunk, channel: str) -> list[Bundle]:
        found: dict[int, list[Document]] = {}
        for document in await self.of_chunk(chunk.campaign, chunk.number):
            if "bundle" in document and channel in (document.get("channel"), document.get("part")):
                found.setdefault(document["bundle"], []).append(document)
        return [_bundle(sorted(found[number], key=lambda d: d["row"])) for number in sorted(found)]

    async def planned(self, campaign: str, chunk: int, channel: str) -> list[Entry]:
        wanted = {"campaign": campaign, "chunk": chunk, "channel": channel, "state": "planned"}
        return [_entry(document) async for document in self._communications.find(wanted)]

    async def trying(self, references: Sequence[str], tried: bool) -> int:
        if not references:
            return 0
        planned = {"_id": {"$in": list(references)}, "state": "planned"}
        return (await self._communications.update_many(planned, {"$set": {"tried": tried}})).matched_count

    async def put_off(self, references: Sequence[str], at: datetime, until: datetime) -> None:
        if references:
            change = {"$set": {"tried": False, "put_off": until}, "$min": {"put_off_since": at}}
            planned = {"_id": {"$in": list(references)}, "state": "planned"}
            await self._communications.update_many(planned, change)

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

    async def said(self, report: Report) -> Document:
        unsaid = {"_id": report.reference, f"said.{report.state}": {"$exists": False}}
        await self._communications.update_one(unsaid, {"$set": {f"said.{report.state}": _reported(report)}})
        entry = await self._communications.find_one({"_id": report.reference}, {"said": 1}) or {}
        said: Document = entry["said"][report.state]
        return said

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
        reports, _ = document.pop("reports", {}), document.pop("said", None)
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


def withheld_id(campaign: str, token: str) -> str:
    return f"{campaign}:{token}"


def _written(issue: Issue, c: Communication, planned: bool) -> Document:
    return {
        "_id": c.reference,
        "row": c.row,
        "arm": c.arm.code,
        "state": "planned" if planned else "issued",
        "channel": c.arm.channel,
        "language": c.language,
        "format": c.format,
        "customer": c.token,
        **_issue_fields(issue),
        **({"extra_support": True} if c.extra_support else {}),
        **({"copy": "agent"} if c.copy else {}),
    }


def _unwritten(campaign: str, unsent: Unsent) -> Document:
    return {
        "_id": f"{campaign}:{unsent.row}",
        "row": unsent.row,
        "arm": unsent.arm,
        "customer": unsent.customer,
        "reason": unsent.reason,
        **_issue_fields(unsent.issue),
        **({"state": "suppressed-late", "part": unsent.channel} if unsent.channel else {"state": "control"}),
    }


def _issue_fields(issue: Issue) -> Document:
    return {"at": issue.at, "plan": issue.plan_version, "lines": issue.lines_to_take}


def _issue_of(document: Document) -> Issue:
    return Issue(document["at"], document["plan"], document["lines"])


def _entry(document: Document) -> Entry:
    return Entry(
        reference=document["_id"],
        row=document["row"],
        arm=document["arm"],
        channel=document["channel"],
        language=document["language"],
        outcome=document["state"],
        issue=_issue_of(document),
        reason=document.get("reason"),
        tried=document.get("tried", False),
        put_off=document.get("put_off"),
        put_off_since=document.get("put_off_since"),
        customer=document.get("customer"),
        extra_support=document.get("extra_support", False),
    )


def _bundle(documents: Sequence[Document]) -> Bundle:
    suppressed = [document for document in documents if "part" in document]
    return Bundle(
        _issue_of((suppressed or documents)[0]),
        [_entry(document) for document in documents if "channel" in document],
        Counter(document["reason"] for document in suppressed),
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
    change: Document = {"$min": {f"reports.{report.state}": _reported(report)}, "$max": {"rank": RANK[report.state]}}
    if report.provider_id is not None:
        change["$set"] = {"provider_id": report.provider_id}
    return change


def _reported(report: Report) -> Document:
    return {"at": report.at, "provider": report.provider, "reason": report.reason}
