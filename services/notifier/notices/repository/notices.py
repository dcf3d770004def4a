"""Notices in MongoDB, with their words, their teams and what became of them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.notifier.notices.history import Filter
from services.notifier.notices.notice import DigestEntry, Notice, State
from services.notifier.notices.repository.documents import as_document, as_notice
from services.notifier.rulebook.rules import ESCALATION, REMINDER, Urgency
from services.notifier.timed.repository.digests import MongoDigests
from shared.storage.finding import BEFORE_ANY
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

NOTICES = Indexes(
    "notices",
    (
        IndexModel([("state", ASCENDING), ("lane", ASCENDING), ("rank", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("unsaid", ASCENDING)]),
        IndexModel([("ask_at", ASCENDING)]),
        IndexModel([("thread", ASCENDING)]),
        IndexModel([("campaign", ASCENDING), ("created_at", DESCENDING)]),
        IndexModel([("team", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("team", ASCENDING), ("campaign", ASCENDING)]),
        IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
    ),
)


REMINDERS = [REMINDER, ESCALATION]


class MongoNotices:
    def __init__(self, store: Store, digests: MongoDigests) -> None:
        self._news = asyncio.Event()
        self._notices = store["notices"]
        self._digests = digests
        self._traces = store.traces

    async def add(self, notices: Sequence[Notice], entries: Sequence[DigestEntry]) -> None:
        """Adds the notices and entries that are not there yet."""
        await self._traces.keep(*(name for notice in notices for name in (notice.id, notice.thread)))
        await insert_new(self._notices, [as_document(notice) for notice in notices])
        await self._digests.gather(entries)
        self._news.set()

    async def news(self) -> None:
        """Returns when there is something new to send in this process since the last call."""
        await self._news.wait()
        self._news.clear()

    async def get(self, notice_id: str) -> Notice | None:
        row = await self._notices.find_one({"_id": notice_id})
        return as_notice(row) if row else None

    async def listed(self, wanted: Filter) -> list[Notice]:
        """Returns the newest first, with one more than a page holds where there is one."""
        rows = self._notices.find(_query(wanted)).sort([("created_at", DESCENDING), ("_id", DESCENDING)])
        return [as_notice(row) async for row in rows.limit(wanted.limit + 1)]

    async def of_campaign(self, campaign: str | None) -> list[Notice]:
        """Returns all notices of a campaign, or of all campaigns, the oldest first."""
        rows = self._notices.find({"campaign": campaign} if campaign else {})
        return sorted([as_notice(row) async for row in rows], key=lambda notice: notice.created_at)

    async def campaigns_told(self, team: str) -> set[str]:
        """Returns the campaigns of which the team was told anything."""
        return {each for each in await self._notices.distinct("campaign", {"team": team}) if each}

    async def teams_told(self, campaign: str, rules: Sequence[str]) -> set[str]:
        told = {"campaign": campaign, "rule": {"$in": list(rules)}, "state": {"$ne": State.VOID}}
        return {*await self._notices.distinct("team", told), *await self._digests.teams_told(campaign)}

    async def teams_told_of(self, campaign: str, excursion: str) -> set[str]:
        told = {"campaign": campaign, "facts.excursion": excursion, "state": {"$ne": State.VOID}}
        return set(await self._notices.distinct("team", told))

    async def room(self, team: str, at: datetime, limit: int) -> datetime:
        """Returns `at`, or the beginning of the next hour if the team has `limit` notices that are not urgent in that
        one.
        """
        hour = at.replace(minute=0, second=0, microsecond=0)
        within = {"$gte": hour, "$lt": hour + timedelta(hours=1)}
        others: Document = {"team": team, "due_at": within, "urgency": {"$ne": Urgency.URGENT}}
        return at if await self._notices.count_documents(others) < limit else hour + timedelta(hours=1)

    async def acknowledged(self, thread: str, by: str, at: datetime) -> None:
        """Marks all notices of the thread, and withdraws those that have not gone out."""
        answered = {"acknowledged_by": by, "acknowledged_at": at}
        await self._notices.update_many({"thread": thread, "acknowledged_at": None}, {"$set": answered})
        await self._withdraw([thread], at)

    async def void(self, threads: Sequence[str], at: datetime) -> None:
        """Marks the notices of these threads as void, and withdraws those that have not gone out."""
        await self._notices.update_many({"thread": {"$in": list(threads)}, "void_at": None}, {"$set": {"void_at": at}})
        await self._withdraw(threads, at)

    async def sent(self, thread: str) -> bool:
        out = {"thread": thread, "state": {"$in": [State.SENDING, State.SENT]}}
        return await self._notices.find_one(out, {"_id": 1}) is not None

    async def last_sent(self, thread: str) -> Notice | None:
        out = {"thread": thread, "state": State.SENT, "needs_acknowledgement": True}
        row = await self._notices.find_one(out, sort=[("created_at", DESCENDING)])
        return as_notice(row) if row else None

    async def withdraw_reminders(self, thread: str, at: datetime) -> None:
        await self._withdraw([thread], at, {"template": {"$in": REMINDERS}})

    async def withdraw_waiting(self, thread: str, at: datetime) -> None:
        await self._withdraw([thread], at)

    async def ask_no_more(self, thread: str, at: datetime) -> None:
        await self.withdraw_reminders(thread, at)
        waiting = {"thread": thread, "state": State.PENDING}
        await self._notices.update_many(waiting, {"$set": {"needs_acknowledgement": False}})

    async def send_again(self, notice: Notice, now: datetime) -> bool:
        """Sends a notice once more if it is as given and has ended; returns whether it was."""
        still = {"_id": notice.id, "resent": notice.resent, "state": {"$in": [State.SENT, State.FAILED]}}
        anew = {
            "state": State.PENDING,
            "due_at": now,
            "attempts": 0,
            "begun_at": None,
            "ended_at": None,
            "reason": None,
        }
        changed = await self._notices.update_one(
            {**still, "unsaid": {"$exists": False}}, {"$set": anew, "$unset": {"ask_at": ""}, "$inc": {"resent": 1}}
        )
        self._news.set()
        return changed.modified_count == 1

    async def gathered(self, campaign: str) -> dict[str, int]:
        return await self._digests.counts(campaign)

    async def _withdraw(self, threads: Sequence[str], at: datetime, which: Document | None = None) -> None:
        waiting = {"thread": {"$in": list(threads)}, "state": State.PENDING, **(which or {})}
        await self._notices.update_many(waiting, {"$set": {"state": State.VOID, "ended_at": at}})


def _query(wanted: Filter) -> Document:
    query: Document = {name: value for name, value in wanted.equal.items() if value is not None}
    if wanted.since or wanted.until:
        query["created_at"] = {"$gte": wanted.since or BEFORE_ANY}
        if wanted.until:
            query["created_at"]["$lt"] = wanted.until
    if wanted.position:
        at, identifier = wanted.position
        query["$or"] = [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": identifier}}]
    return query
