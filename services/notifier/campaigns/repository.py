"""Campaigns in MongoDB. Events may come in any order: the higher version stays."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from services.notifier.campaigns.campaign import Known
from services.notifier.campaigns.dates import plan_dates, wave_dates
from shared.clock import LONDON
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignResumed,
    CampaignSlowed,
    FiguresChanged,
    LinesToTakePublished,
    WaveStarted,
)
from shared.contracts.base import CampaignContract
from shared.contracts.campaign_decisions import CampaignDecision
from shared.contracts.contacts import RecordedContact
from shared.running.coalescer import Coalescer
from shared.storage.changes import Changes, Remembered
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

CAMPAIGNS = Indexes("campaigns", (IndexModel([("over", ASCENDING)]),))
CONTACTS = Indexes("contacts", (IndexModel([("campaign", ASCENDING), ("on", ASCENDING)]),))
ENDS = ("stopped", "rejected")
BEGUN = ("launched", "paused", "resumed", "completed")


class MongoCampaigns:
    def __init__(self, store: Store) -> None:
        self._campaigns = store["campaigns"]
        self._lines = store["lines_to_take"]
        self._contacts = store["contacts"]
        self._traces = store.traces
        self._counting = Coalescer(self._count_together)
        self._running = Remembered(Changes(store, "campaigns"), self._read_running)

    async def keep_campaign(self, approved: CampaignApproved) -> None:
        await self._keep("approved", approved, "plan_version", approved.approved_at, plan_dates(approved))
        await self._traces.keep(approved.campaign)

    async def first_of_plan(self, approved: CampaignApproved, event: str) -> bool:
        first = f"approved_by.{approved.plan_version}"
        await self._campaigns.update_one(
            {"_id": approved.campaign, first: {"$exists": False}}, {"$set": {first: event}}
        )
        return await self._campaigns.count_documents({"_id": approved.campaign, first: event}) == 1

    async def keep_briefing(self, approved: CampaignApproved) -> None:
        first = f"briefed_by.{approved.briefing}"
        await self._campaigns.update_one(
            {"_id": approved.campaign, first: {"$exists": False}}, {"$set": {first: approved.plan_version}}
        )

    async def keep_amendment(self, amended: CampaignAmended) -> None:
        await self._keep("amended", amended, "plan_version", amended.decided_at, plan_dates(amended))

    async def keep_agreement(self, agreement: AgreementChanged) -> None:
        await self._keep("agreement", agreement, "version", None, {})

    async def keep_decision(self, course: str, decision: CampaignDecision) -> None:
        order = f"{decision.version:08d} {decision.decided_at.isoformat()}"
        decided = {
            "order": order,
            "course": course,
            "over": course in ENDS,
            "decision_version": decision.version,
        }
        await self._ensure(decision.campaign)
        await self._change(
            {"_id": decision.campaign, "order": {"$lt": order}},
            {"$set": decided, "$max": {"changed_at": decision.decided_at}},
        )
        if course in BEGUN:
            await self._change({"_id": decision.campaign, "launched": False}, {"$set": {"launched": True}})

    async def keep_figures(self, figures: FiguresChanged) -> None:
        await self._keep("figures", figures, "version", figures.changed_at, wave_dates(figures.waves))

    async def keep_resumption(self, resumed: CampaignResumed) -> None:
        await self._keep("resumed", resumed, "version", None, wave_dates(resumed.waves))

    async def keep_slowing(self, slowed: CampaignSlowed) -> None:
        await self._keep("slowed", slowed, "version", None, {})

    async def keep_excursion(self, campaign: str, excursion: str) -> None:
        await self._ensure(campaign)
        await self._campaigns.update_one({"_id": campaign}, {"$addToSet": {"excursions": excursion}})

    async def keep_wave(self, started: WaveStarted) -> None:
        await self._ensure(started.campaign)
        noted = {"launched": True, f"started_on.{started.wave}": started.on.isoformat()}
        await self._change(
            {"_id": started.campaign},
            {"$addToSet": {"started": started.wave}, "$set": noted, "$max": {"changed_at": started.started_at}},
        )

    async def keep_lines(self, published: LinesToTakePublished) -> None:
        key = f"{published.campaign}:{published.version}"
        await insert_new(self._lines, [{"_id": key, "published": published.model_dump(mode="json")}])

    async def known(self, campaign: str) -> Known:
        row = await self._campaigns.find_one({"_id": campaign})
        return known_of(row) if row else Known(campaign=campaign)

    async def running(self) -> Mapping[str, int]:
        return await self._running.get()

    async def _read_running(self) -> Mapping[str, int]:
        return {row["_id"]: row.get("writes", 0) async for row in self._campaigns.find({"over": False}, {"writes": 1})}

    async def dates_of(self, campaign: str) -> tuple[int, Known]:
        row = await self._campaigns.find_one({"_id": campaign}, {"approved.arms.letters": 0})
        return (row.get("writes", 0), known_of(row)) if row else (0, Known(campaign=campaign))

    async def forget(self, campaign: str) -> None:
        await self._campaigns.update_one({"_id": campaign}, {"$set": {"over": True}})
        await self._running.changed()

    async def latest_lines(self, campaign: str) -> int | None:
        """Returns the number of the latest published lines to take."""
        keys = [row["_id"] async for row in self._lines.find({"published.campaign": campaign}, {"_id": 1})]
        return max((int(key.rpartition(":")[2]) for key in keys), default=None)

    async def lines(self, campaign: str, version: int) -> LinesToTakePublished | None:
        row = await self._lines.find_one({"_id": f"{campaign}:{version}"})
        return LinesToTakePublished.model_validate(row["published"]) if row else None

    async def count(self, cause: str, contacts: Sequence[RecordedContact]) -> None:
        """Counts contacts once for each `cause`, those of one campaign and day in one row."""
        counts = Counter(
            (c.campaign, c.received_at.astimezone(LONDON).date().isoformat())
            for c in contacts
            if c.campaign is not None  # else about a letter that nobody knows
        )
        rows = [
            {"_id": cause if number == 0 else f"{cause}:{number}", "campaign": campaign, "on": on, "count": count}
            for number, ((campaign, on), count) in enumerate(sorted(counts.items()))
        ]
        await asyncio.gather(*map(self._counting.add, rows))

    async def contacts(self, campaign: str) -> Mapping[date, int]:
        """Returns the number of contacts by day."""
        stages: list[Document] = [
            {"$match": {"campaign": campaign}},
            {"$group": {"_id": "$on", "count": {"$sum": {"$ifNull": ["$count", 1]}}}},
        ]
        return {date.fromisoformat(row["_id"]): row["count"] async for row in self._contacts.aggregate(stages)}

    async def _count_together(self, rows: Any) -> list[None]:
        await insert_new(self._contacts, list(rows))
        return [None] * len(rows)

    async def _keep(
        self, kind: str, said: CampaignContract, counted_by: str, at: datetime | None, dates: Mapping[str, date]
    ) -> None:
        """Keeps an event and its dates, unless one with a higher number in its field `counted_by` is kept."""
        await self._ensure(said.campaign)
        older = [{kind: None}, {f"{kind}.{counted_by}": {"$lt": getattr(said, counted_by)}}]
        changed: Document = {
            "$set": {kind: said.model_dump(mode="json"), **{f"past_dates.{key}": str(on) for key, on in dates.items()}}
        }
        if at is not None:
            changed["$max"] = {"changed_at": at}
        await self._change({"_id": said.campaign, "$or": older}, changed)

    async def _change(self, which: Document, change: Document) -> None:
        """Writes what moments depend on, and counts it."""
        await self._campaigns.update_one(which, {**change, "$inc": {"writes": 1}})
        await self._running.changed()

    async def _ensure(self, campaign: str) -> None:
        blank: Document = {
            "approved": None,
            "amended": None,
            "agreement": None,
            "order": "",
            "course": None,
            "launched": False,
            "started": [],
        }
        try:
            await self._campaigns.update_one({"_id": campaign}, {"$setOnInsert": {**blank, "over": False}}, upsert=True)
        except DuplicateKeyError:
            return  # another replica was first


def known_of(row: Document) -> Known:
    names = tuple(name for name in Known.model_fields if name != "campaign")
    return Known.model_validate({"campaign": row["_id"], **{name: row[name] for name in names if name in row}})
