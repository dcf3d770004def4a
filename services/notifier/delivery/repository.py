"""Notices on their way out, in MongoDB: who sends which, and how that went."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

from pymongo import ASCENDING

from services.notifier.delivery.bounces import ASK_FIRST_AFTER
from services.notifier.notices.notice import Notice, State
from services.notifier.notices.repository.documents import as_notice
from shared.identifiers import new_id
from shared.storage.finding import BEFORE_ANY
from shared.storage.store import Document, Store

UNSURE = ("notify",)
"""Channels that take a notice before they know whether it can arrive."""


class MongoOutgoing:
    """Queue of notices. A claim lasts for `claim` by the store's time, whatever the service's clock is set to; then the
    notice is somebody else's to send. Its epoch is the number of attempts.
    """

    def __init__(self, store: Store, claim: timedelta) -> None:
        self._me = new_id()
        self._claim = claim
        self._notices = store["notices"]
        self._traces = store.traces
        self._time = store.time

    def following(self, notice: Notice, span: str) -> AbstractAsyncContextManager[None]:
        return self._traces.going_on(span, notice.id, campaign=notice.campaign)

    async def lanes(self, now: datetime) -> set[str]:
        return {lane for due in await self._due(now) for lane in await self._notices.distinct("lane", due)}

    async def due(self, lane: str, now: datetime, limit: int) -> list[Notice]:
        found: list[Notice] = []
        for due in await self._due(now):
            rows = self._notices.find({**due, "lane": lane})
            first = rows.sort([("rank", ASCENDING), ("due_at", ASCENDING)]).limit(limit)
            found += [as_notice(row) async for row in first]
        return found

    async def begin(self, notice: Notice, now: datetime) -> Notice | None:
        real = await self._time.now()
        still = {"_id": notice.id, "state": notice.state, "attempts": notice.attempts, "resent": notice.resent}
        ours: Document = {
            "state": State.SENDING,
            "sender": self._me,
            "claimed_until": real + self._claim,
            "begun_at": notice.begun_at or now,
        }
        if not (await self._notices.update_one(still, {"$set": ours, "$inc": {"attempts": 1}})).matched_count:
            return None
        claimed = await self._notices.find_one({"_id": notice.id})
        return as_notice(claimed) if claimed else None

    async def end(self, notice: Notice) -> None:
        """Notes the end, also by a sender whose claim is over: its knowledge is true."""
        ended = {**_how(notice), "state": notice.state, "ended_at": notice.ended_at, "unsaid": notice.ended_at}
        if notice.state is State.SENT and notice.channel in UNSURE and notice.ended_at:
            ended["ask_at"] = notice.ended_at + ASK_FIRST_AFTER
        on_its_way = {"_id": notice.id, "state": {"$in": [State.SENDING, State.PENDING]}}
        await self._notices.update_one(on_its_way, {"$set": ended, "$unset": {"sender": "", "claimed_until": ""}})

    async def try_again(self, notice: Notice) -> None:
        ours = {"_id": notice.id, "state": State.SENDING, "sender": self._me, "attempts": notice.attempts}
        later = {**_how(notice), "state": State.PENDING, "due_at": notice.due_at}
        await self._notices.update_one(ours, {"$set": later, "$unset": {"sender": "", "claimed_until": ""}})

    async def unsure(self, now: datetime, limit: int) -> list[Notice]:
        due = {"ask_at": {"$gt": BEFORE_ANY, "$lte": now}, "unsaid": {"$exists": False}}
        return [as_notice(row) async for row in self._notices.find(due).sort("ask_at", ASCENDING).limit(limit)]

    async def ask_next(self, notice: Notice, at: datetime | None) -> None:
        change: Document = {"$set": {"ask_at": at}} if at else {"$unset": {"ask_at": ""}}
        await self._notices.update_one(_as_sent(notice), change)

    async def bounced(self, notice: Notice) -> None:
        failed = {**_how(notice), "state": notice.state, "ended_at": notice.ended_at, "unsaid": notice.ended_at}
        await self._notices.update_one(_as_sent(notice), {"$set": failed, "$unset": {"ask_at": ""}})

    async def unsaid(self, limit: int) -> list[Notice]:
        rows = self._notices.find({"unsaid": {"$gt": BEFORE_ANY}}).sort("unsaid", ASCENDING).limit(limit)
        return [as_notice(row) async for row in rows]

    async def said(self, notice: Notice) -> None:
        await self._notices.update_one({"_id": notice.id, "unsaid": notice.ended_at}, {"$unset": {"unsaid": ""}})

    async def _due(self, now: datetime) -> tuple[Document, Document]:
        """Returns queries for notices that wait, and for those whose sender's claim is over."""
        return (
            {"state": State.SENDING, "claimed_until": {"$lt": await self._time.now()}},
            {"state": State.PENDING, "due_at": {"$lte": now}},
        )


def _as_sent(notice: Notice) -> Document:
    """Returns a query for this sending of the notice, if none was asked for since and it was announced."""
    return {"_id": notice.id, "state": State.SENT, "resent": notice.resent, "unsaid": {"$exists": False}}


def _how(notice: Notice) -> Document:
    return {"tries": [each.model_dump() for each in notice.tries], "reason": notice.reason}
