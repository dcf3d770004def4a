"""Notices, and what is needed to write them, in MongoDB."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from pymongo import ASCENDING, IndexModel, ReturnDocument

from services.notifier.notice import DigestEntry, Notice, State
from services.notifier.repository.digests import MongoDigests
from shared.contracts import CampaignApproved, LinesToTakePublished
from shared.identifiers import new_id
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

NOTICES = Indexes(
    "notices",
    (
        IndexModel([("state", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("unsaid", ASCENDING)]),
        IndexModel([("campaign", ASCENDING)]),
    ),
)

BEFORE_ANY = datetime(1970, 1, 1, tzinfo=UTC)


class MongoNotices:
    def __init__(self, store: Store, digests: MongoDigests) -> None:
        self._me = new_id()
        self._news = asyncio.Event()
        self._campaigns = store["campaigns"]
        self._lines = store["lines_to_take"]
        self._notices = store["notices"]
        self._digests = digests

    async def keep_campaign(self, approved: CampaignApproved) -> None:
        await self._campaigns.replace_one(
            {"_id": approved.campaign}, {"approved": approved.model_dump(mode="json")}, upsert=True
        )

    async def keep_lines(self, published: LinesToTakePublished) -> None:
        key = f"{published.campaign}:{published.version}"
        await insert_new(self._lines, [{"_id": key, "published": published.model_dump(mode="json")}])

    async def campaign(self, reference: str) -> CampaignApproved | None:
        document = await self._campaigns.find_one({"_id": reference})
        return CampaignApproved.model_validate(document["approved"]) if document else None

    async def lines(self, campaign: str, version: int) -> LinesToTakePublished | None:
        document = await self._lines.find_one({"_id": f"{campaign}:{version}"})
        return LinesToTakePublished.model_validate(document["published"]) if document else None

    async def add(self, notices: Sequence[Notice], entries: Sequence[DigestEntry]) -> None:
        await insert_new(self._notices, [_document(notice) for notice in notices])
        await self._digests.gather(entries)
        self._news.set()

    async def news(self) -> None:
        """Return when a notice was added in this process since the last call."""
        await self._news.wait()
        self._news.clear()

    async def due(self, now: datetime, limit: int) -> list[Notice]:
        abandoned = self._notices.find({"state": State.SENDING, "sender": {"$ne": self._me}}).limit(limit)
        pending = self._notices.find({"state": State.PENDING, "due_at": {"$lte": now}})
        oldest = pending.sort([("state", ASCENDING), ("due_at", ASCENDING)]).limit(limit)
        return [_notice(row) async for row in abandoned] + [_notice(row) async for row in oldest]

    async def begin(self, notice: Notice) -> Notice | None:
        claimed = await self._notices.find_one_and_update(
            {"_id": notice.id, "state": notice.state, "attempts": notice.attempts},
            {"$set": {"state": State.SENDING, "sender": self._me}, "$inc": {"attempts": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return _notice(claimed) if claimed else None

    async def end(self, notice: Notice, state: State, at: datetime, reason: str | None = None) -> Notice:
        ended = {"state": state, "ended_at": at, "reason": reason, "unsaid": at}
        await self._notices.update_one({"_id": notice.id}, {"$set": ended, "$unset": {"sender": ""}})
        self._news.set()
        return notice.model_copy(update={"state": state, "ended_at": at, "reason": reason})

    async def try_again(self, notice: Notice, at: datetime) -> None:
        await self._notices.update_one(
            {"_id": notice.id, "state": State.SENDING}, {"$set": {"state": State.PENDING, "due_at": at}}
        )

    async def unsaid(self, limit: int) -> list[Notice]:
        rows = self._notices.find({"unsaid": {"$gt": BEFORE_ANY}}).sort("unsaid", ASCENDING).limit(limit)
        return [_notice(row) async for row in rows]

    async def said(self, notice: Notice) -> None:
        await self._notices.update_one({"_id": notice.id}, {"$unset": {"unsaid": ""}})

    async def of_campaign(self, campaign: str | None) -> list[Notice]:
        rows = self._notices.find({"campaign": campaign} if campaign else {})
        return sorted([_notice(row) async for row in rows], key=lambda notice: notice.created_at)

    async def get(self, notice_id: str) -> Notice | None:
        row = await self._notices.find_one({"_id": notice_id})
        return _notice(row) if row else None

    async def gathered(self, campaign: str) -> dict[str, int]:
        return await self._digests.counts(campaign)


def _document(notice: Notice) -> Document:
    fields = notice.model_dump()
    return {"_id": fields.pop("id"), **fields, "state": str(notice.state)}


def _notice(document: Document) -> Notice:
    fields = {name: value for name, value in document.items() if name not in ("_id", "sender", "unsaid")}
    return Notice.model_validate({"id": document["_id"], **fields})
