"""Threads that want an answer, in MongoDB."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime

from pymongo import ASCENDING, IndexModel

from services.notifier.notices.ask import Answer, Ask, Closed
from shared.storage.finding import BEFORE_ANY
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

ASKS = Indexes(
    "asks",
    (
        IndexModel([("next_at", ASCENDING)]),
        IndexModel([("told_at", ASCENDING)]),
        IndexModel([("unsaid", ASCENDING)]),
        IndexModel([("open_until", ASCENDING)]),
        IndexModel([("campaign", ASCENDING), ("team", ASCENDING)]),
        IndexModel([("answer", ASCENDING), ("closed", ASCENDING), ("void_at", ASCENDING)]),
    ),
)


OPEN: Document = {"answer": None, "closed": None, "void_at": None}


class MongoAsks:
    """Every write may be repeated. `open_until` is the deadline while nobody has answered and it was not told yet."""

    def __init__(self, store: Store) -> None:
        self._asks = store["asks"]
        self._traces = store.traces

    async def open(self, asks: Sequence[Ask]) -> None:
        """Adds the asks that are not there yet."""
        await insert_new(self._asks, [_document(ask) for ask in asks])

    def following(self, ask: Ask, span: str) -> AbstractAsyncContextManager[None]:
        return self._traces.going_on(span, _answer_to(ask.thread), ask.thread, campaign=ask.campaign)

    async def get(self, thread: str) -> Ask | None:
        row = await self._asks.find_one({"_id": thread})
        return _ask(row) if row else None

    async def answer(self, thread: str, answer: Answer) -> None:
        await self._traces.keep(_answer_to(thread))
        answered = {"answer": answer.model_dump(), "unsaid": answer.at, "next_at": None, "open_until": None}
        await self._asks.update_one({"_id": thread, "answer": None, "void_at": None}, {"$set": answered})

    async def open_of(self, campaign: str) -> Sequence[Ask]:
        return [_ask(row) async for row in self._asks.find({"campaign": campaign, **OPEN})]

    async def waiting(self, campaign: str | None, team: str | None) -> Sequence[Ask]:
        of = {name: value for name, value in (("campaign", campaign), ("team", team)) if value}
        rows = [_ask(row) async for row in self._asks.find({**of, **OPEN})]
        return sorted(rows, key=lambda ask: (ask.told_at, ask.thread))

    async def of_campaign(self, campaign: str) -> Sequence[Ask]:
        return [_ask(row) async for row in self._asks.find({"campaign": campaign})]

    async def overtake(self, thread: str, at: datetime) -> None:
        gone = {"void_at": at, "next_at": None, "open_until": None}
        await self._asks.update_one({"_id": thread, "void_at": None}, {"$set": gone})

    async def close(self, thread: str, why: Closed) -> None:
        ended = {"closed": why, "next_at": None, "open_until": None}
        await self._asks.update_one({"_id": thread, **OPEN}, {"$set": ended})

    async def unsaid(self, limit: int) -> Sequence[Ask]:
        rows = self._asks.find({"unsaid": {"$gt": BEFORE_ANY}}).sort("unsaid", ASCENDING).limit(limit)
        return [_ask(row) async for row in rows]

    async def said(self, ask: Ask) -> None:
        await self._asks.update_one({"_id": ask.thread}, {"$unset": {"unsaid": ""}})

    async def silent(self, now: datetime, limit: int) -> Sequence[Ask]:
        """Returns the asks whose next reminder is due."""
        rows = self._asks.find({"next_at": {"$gt": BEFORE_ANY, "$lte": now}}).sort("next_at", ASCENDING).limit(limit)
        return [_ask(row) async for row in rows]

    async def reminded(self, ask: Ask, next_at: datetime | None) -> None:
        """Notes that the reminder after `ask.step` was made."""
        still = {"_id": ask.thread, "step": ask.step, **OPEN}
        await self._asks.update_one(still, {"$set": {"step": ask.step + 1, "next_at": next_at}})

    async def overdue(self, today: date, limit: int) -> Sequence[Ask]:
        """Returns the asks whose deadline is that day or before it, as long as that was not told."""
        rows = self._asks.find({"open_until": {"$gt": "", "$lte": today.isoformat()}}).limit(limit)
        return [_ask(row) async for row in rows]

    async def told_overdue(self, ask: Ask) -> None:
        await self._asks.update_one({"_id": ask.thread}, {"$set": {"open_until": None}})

    async def void(self, campaign: str, teams: Sequence[str], before: int, at: datetime) -> Sequence[str]:
        """Withdraws what these teams were asked of plans before version `before`; returns all such threads."""
        those: Document = {"campaign": campaign, "team": {"$in": list(teams)}, "plan_version": {"$lt": before}}
        gone = {"void_at": at, "next_at": None, "open_until": None}
        await self._asks.update_many({**those, "void_at": None}, {"$set": gone})
        return [row["_id"] async for row in self._asks.find(those, {"_id": 1})]


def _answer_to(thread: str) -> str:
    """Returns the name by which the trace of an answer is kept, beside that of the notice."""
    return f"answer {thread}"


def _document(ask: Ask) -> Document:
    fields = ask.model_dump()
    deadline = ask.deadline.isoformat() if ask.deadline else None
    return {"_id": fields.pop("thread"), **fields, "deadline": deadline, "open_until": deadline}


def _ask(document: Document) -> Ask:
    fields = {name: value for name, value in document.items() if name not in ("_id", "unsaid", "open_until")}
    return Ask.model_validate({"thread": document["_id"], **fields})
