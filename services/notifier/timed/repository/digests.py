"""Entries of digests, in MongoDB."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from services.notifier.notices.notice import DigestEntry
from services.notifier.rulebook.rules import TEAM_DIGEST
from shared.identifiers import derived_id
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Store

ENTRIES = Indexes(
    "digest_entries",
    (
        IndexModel([("stage", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("notice", ASCENDING)]),
        IndexModel("due_at"),
        IndexModel("campaign"),
        IndexModel([("facts.campaign", ASCENDING), ("rule", ASCENDING)]),
    ),
)
GATHERED, TAKEN_UP, TOLD = "gathered", "taken-up", "told"


class MongoDigests:
    def __init__(self, store: Store) -> None:
        self._entries = store["digest_entries"]
        self._traces = store.traces

    async def gather(self, entries: Sequence[DigestEntry]) -> None:
        """Adds the entries that are not there yet."""
        await self._traces.keep(*(entry.id for entry in entries))
        await insert_new(self._entries, [_document(entry) for entry in entries])

    async def take_up(self, now: datetime) -> None:
        groups: dict[tuple[str, str, str | None], list[str]] = defaultdict(list)
        async for row in self._entries.find({"stage": GATHERED, "due_at": {"$lte": now}}):
            groups[row["rule"], row["team"], row["campaign"]].append(row["_id"])
        for ids in groups.values():
            digest = {"stage": TAKEN_UP, "notice": derived_id("|".join(sorted(ids)), "digest")}
            await self._entries.update_many({"_id": {"$in": ids}, "stage": GATHERED}, {"$set": digest})

    async def untold(self) -> dict[str, datetime]:
        digests: dict[str, datetime] = {}
        async for row in self._entries.find({"stage": TAKEN_UP}, {"notice": 1, "due_at": 1}):
            digests[row["notice"]] = max(row["due_at"], digests.get(row["notice"], row["due_at"]))
        return digests

    async def of_digest(self, digest: str) -> list[DigestEntry]:
        return [_entry(row) async for row in self._entries.find({"notice": digest}).sort("_id", ASCENDING)]

    @asynccontextmanager
    async def telling(self, digest: str) -> AsyncIterator[None]:
        entries = await self.of_digest(digest)
        campaigns = {entry.campaign for entry in entries}
        campaign = campaigns.pop() if len(campaigns) == 1 else None
        async with self._traces.going_on("digest due", *(entry.id for entry in entries), campaign=campaign):
            yield

    async def mark_told(self, notice_id: str) -> None:
        await self._entries.update_many({"notice": notice_id}, {"$set": {"stage": TOLD}})

    async def teams_told(self, campaign: str) -> set[str]:
        """Returns the teams whose own digests tell of the campaign."""
        return set(await self._entries.distinct("team", {"rule": TEAM_DIGEST, "facts.campaign": campaign}))

    async def counts(self, campaign: str) -> dict[str, int]:
        """Returns how many entries of a campaign there are, by rule, whatever became of them."""
        stages: list[Document] = [
            {"$match": {"campaign": campaign}},
            {"$group": {"_id": "$rule", "count": {"$sum": 1}}},
        ]
        return {row["_id"]: row["count"] async for row in self._entries.aggregate(stages)}


def _document(entry: DigestEntry) -> Document:
    fields = entry.model_dump()
    return {"_id": fields.pop("id"), **fields, "stage": GATHERED, "notice": None}


def _entry(document: Document) -> DigestEntry:
    fields = {name: value for name, value in document.items() if name not in ("_id", "stage", "notice")}
    return DigestEntry.model_validate({"id": document["_id"], **fields})
