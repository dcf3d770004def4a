"""Chunks in MongoDB: who is in them, what was settled about them, and how far they have come."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.issue.waits import Wait
from services.dispatcher.schedule.chunk import Chunk, FileDigests, Settlement
from services.dispatcher.schedule.chunk_document import chunk_of, document_of, settlement_document
from shared.contracts import Contract
from shared.errors import NotYet, Stale
from shared.events import events_after
from shared.storage.finding import BEFORE_ANY
from shared.storage.inserting import insert_new
from shared.storage.store import Document, Indexes, Session, Store

CHUNKS = Indexes(
    "chunks",
    (IndexModel([("campaign", ASCENDING), ("finished", ASCENDING)]), IndexModel([("deferred_until", ASCENDING)])),
)
CLAIMED_FOR = timedelta(seconds=60)
EPOCH = "bundles"
"""Field that counts the claims of a chunk: the number of the latest, and of the bundle of what comes of it."""
CHUNKS_PER_STEP = 200
"""Chunks made due again in one step."""


class MongoChunks:
    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._chunks = store["chunks"]
        self._source = source

    async def add_chunks(self, chunks: Sequence[Chunk]) -> None:
        documents = [document_of(chunk) for chunk in chunks]
        for position in await insert_new(self._chunks, documents):
            document = documents[position]
            draft = {"_id": document["_id"], "schedule": {"$lt": document["schedule"]}, "settled": {}}
            await self._chunks.replace_one(draft, document)

    async def cut(self, reference: str, numbers: Sequence[int]) -> AsyncIterator[Chunk]:
        for number in numbers:
            yield await self.chunk(reference, number)

    async def forget_drafts(self, campaign: DispatchedCampaign) -> None:
        """Chunks of this schedule or an earlier one that are in no wave: a newer plan cut their customers anew."""
        kept = [number for wave in campaign.waves for number in wave.chunks]
        drafts = {"campaign": campaign.reference, "schedule": {"$lte": campaign.scheduled}, "settled": {}}
        await self._chunks.delete_many(drafts | {"number": {"$nin": kept}})

    async def chunk(self, campaign: str, number: int) -> Chunk:
        document = await self._chunks.find_one({"_id": f"{campaign}:{number:06d}"})
        if document is None:
            raise NotYet(f"chunk {number} of {campaign} is not planned yet")
        return chunk_of(document)

    async def note_said(self, campaign: str, number: int) -> None:
        finished = {"_id": f"{campaign}:{number:06d}", "finished": True}
        await self._chunks.update_one(finished, {"$set": {"said": True}})

    async def keep_settlement(self, chunk: Chunk, channel: str, settlement: Settlement) -> Chunk:
        """Keeps it, and returns the chunk. Raises `Stale` if the chunk was changed since it was read."""
        as_read = {"_id": chunk.id, "revision": chunk.revision}
        change = {"$set": {f"settled.{channel}": settlement_document(settlement)}, "$inc": {"revision": 1}}
        if not (await self._chunks.update_one(as_read, change)).matched_count:
            raise Stale(f"chunk {chunk.number} of {chunk.campaign} was settled by somebody else meanwhile")
        return replace(chunk, settled={**chunk.settled, channel: settlement}, revision=chunk.revision + 1)

    async def chunk_of(self, campaign: str, row: int) -> Chunk | None:
        """The chunk that a row is in; None while it is not allocated."""
        document = await self._chunks.find_one({"campaign": campaign, "rows": row})
        return chunk_of(document) if document else None

    async def leave_out(self, chunk: Chunk, row: int) -> bool:
        """Leaves that row out of the chunk when it is settled. Returns False if anything of the chunk was settled
        before."""
        change = {"$addToSet": {"left_out": row}, "$inc": {"revision": 1}}
        return bool((await self._chunks.update_one({"_id": chunk.id, "settled": {}}, change)).matched_count)

    async def claim(self, chunk: str, owner: str) -> int | None:
        """Claims the chunk for `CLAIMED_FOR`, by the store's time, whatever the service's clock is set to."""
        now = await self._store.time.now()
        seen = await self._chunks.find_one({"_id": chunk}, {"owner": 1, "claimed_until": 1, EPOCH: 1})
        if seen is None or (seen["owner"] and seen["claimed_until"] >= now):
            return None
        ours = {"$set": {"owner": owner, "claimed_until": now + CLAIMED_FOR}, "$inc": {EPOCH: 1}}
        as_seen = {**seen, "claimed_until": seen.get("claimed_until")}
        return seen[EPOCH] + 1 if (await self._chunks.update_one(as_seen, ours)).matched_count else None

    async def prolong(self, chunk: str, owner: str) -> bool:
        until = await self._store.time.now() + CLAIMED_FOR
        ours = {"_id": chunk, "owner": owner}
        return bool((await self._chunks.update_one(ours, {"$set": {"claimed_until": until}})).matched_count)

    async def release(self, chunk: str, owner: str) -> None:
        await self._chunks.update_one({"_id": chunk, "owner": owner}, {"$set": {"owner": None}})

    async def finish(self, chunk: Chunk, channels: Sequence[str], last: bool) -> None:
        change: Document = {"$addToSet": {"out": {"$each": list(channels)}}}
        if last:
            change["$set"] = {"finished": True}
        await self._chunks.update_one({"_id": chunk.id}, change)

    async def hand_over(self, chunk: Chunk, channel: str, at: datetime, files: FileDigests | None) -> Chunk:
        known = {f"files.{channel}": list(files)} if files else {}
        change: Document = {"$set": {f"handed_over.{channel}": at, **known}, "$inc": {"revision": 1}}
        if not (await self._chunks.update_one({"_id": chunk.id, "revision": chunk.revision}, change)).matched_count:
            raise Stale(f"chunk {chunk.number} of {chunk.campaign} was settled by somebody else meanwhile")
        return replace(chunk, revision=chunk.revision + 1)

    async def keep_back(self, chunk: Chunk, channel: str) -> Chunk:
        change = {"$unset": {f"handed_over.{channel}": "", f"files.{channel}": ""}, "$inc": {"revision": 1}}
        await self._chunks.update_one({"_id": chunk.id, "revision": chunk.revision}, change)
        return replace(chunk, revision=chunk.revision + 1)

    async def defer(self, chunk: Chunk, waits: Sequence[Wait]) -> None:
        kept = {"deferred_until": min(wait.until for wait in waits), "waits": [asdict(wait) for wait in waits]}
        await self._chunks.update_one({"_id": chunk.id}, {"$set": kept})

    async def waiting(self, campaign: str) -> list[Document]:
        """Why chunks of the campaign wait: by channel and reason, how many, and until when at the earliest."""
        found: dict[tuple[str | None, str], Document] = {}
        unfinished = self._chunks.find({"campaign": campaign, "finished": False}, {"waits": 1, "deferred_until": 1})
        async for chunk in unfinished:
            for wait in chunk.get("waits", ()) if chunk["deferred_until"] else ():
                known = found.setdefault((wait["channel"], wait["why"]), wait | {"chunks": 0})
                known |= {"chunks": known["chunks"] + 1, "until": min(known["until"], wait["until"])}
        return [found[key] for key in sorted(found, key=str)]

    async def deferred(self, now: datetime) -> list[Chunk]:
        found = self._chunks.find({"deferred_until": {"$gt": BEFORE_ANY, "$lte": now}}).limit(CHUNKS_PER_STEP)
        return [chunk_of(document) async for document in found]

    async def make_due(self, chunk: Chunk, at: datetime, said: Sequence[Contract]) -> None:
        async def write(session: Session) -> None:
            await self._chunks.update_one(
                {"_id": chunk.id, "deferred_until": chunk.deferred_until},
                {"$set": {"deferred_until": None}},
                session=session,
            )

        cause = f"{chunk.id}:deferred:{chunk.deferred_until}"
        async with self._store.traces.going_on("chunk due again", chunk.campaign, campaign=chunk.campaign):
            await self._store.commit(write, *events_after(cause, self._source, at, said))

    async def unfinished(self, campaign: DispatchedCampaign, started: bool = False) -> list[int]:
        rows = self._chunks.find({"campaign": campaign.reference, "finished": False}, {"number": 1})
        wanted = {n for wave in campaign.waves if wave.started_at or not started for n in wave.chunks}
        return sorted([row["number"] async for row in rows if row["number"] in wanted])

    async def half_done(self, campaign: str) -> AsyncIterator[Chunk]:
        """The chunks of which something was settled and that are not finished: few at a time."""
        unfinished = self._chunks.find({"campaign": campaign, "finished": False}, {"number": 1, "settled": 1})
        for number in [document["number"] async for document in unfinished if document["settled"]]:
            yield await self.chunk(campaign, number)

    async def sizes(self, campaign: str) -> AsyncIterator[tuple[int, int, bool]]:
        """Yields the number of each chunk, how many customers it has, and whether it is finished."""
        for finished in (True, False):
            of_it = {"campaign": campaign, "finished": finished}
            async for chunk in self._chunks.find(of_it, {"number": 1, "rows": 1}):
                yield chunk["number"], len(chunk["rows"]), finished

    async def anything_left(self, campaign: str) -> bool:
        return await self._chunks.find_one({"campaign": campaign, "finished": False}, {"_id": 1}) is not None

    async def chunk_counts(self, campaign: str) -> dict[str, int]:
        """Returns the number of chunks that are planned, finished, and waiting for a provider or a working day."""
        of_it: dict[str, Any] = {"campaign": campaign}
        return {
            "planned": await self._chunks.count_documents(of_it),
            "finished": await self._chunks.count_documents(of_it | {"finished": True}),
            "deferred": await self._chunks.count_documents(of_it | {"deferred_until": {"$ne": None}}),
        }
