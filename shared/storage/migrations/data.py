"""Migrations of data: batch by batch in the order of the ids, and from where it was after an interruption."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ASCENDING, UpdateOne

from shared.errors import Stale
from shared.storage.migrations.structure import RECORDS, Say
from shared.storage.migrations.turn import Turn
from shared.storage.schema import LIFT, DataMigration, DataMove, Migration

SAY_EVERY = 100
"""Batches between two words about how far it is."""
Session = AsyncIOMotorClientSession
Commit = Callable[[Callable[[Session], Awaitable[bool]]], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a migration is: documents looked at and changed."""

    name: str
    done: bool
    looked_at: int
    changed: int


class Data:
    """`commit` runs a transaction. A document that somebody changed since it was read is read again."""

    def __init__(
        self, database: AsyncIOMotorDatabase[dict[str, Any]], commit: Commit, migrations: Sequence[Migration]
    ) -> None:
        self._database = database
        self._records = database[RECORDS]
        self._commit = commit
        self._migrations = migrations

    async def progress(self) -> list[Progress]:
        kept = {row["_id"]: row async for row in self._records.find({"kind": "data"})}
        rows = [(each.name, kept.get(_id(each), {})) for each in self._migrations]
        return [
            Progress(name, row.get("done", False), row.get("looked_at", 0), row.get("changed", 0)) for name, row in rows
        ]

    async def generation(self) -> int:
        """Returns the number of the newest index key by which any documents are found, or begin to be."""
        kept = [row["_id"].partition(" ")[2] async for row in self._records.find({"kind": "data"}, {"_id": 1})]
        return max((int(lift[1]) for name in kept if (lift := LIFT.match(name))), default=1)

    async def again(self, name: str) -> None:
        """Lets a migration begin anew, for what replicas of the version before have written since."""
        await self._records.update_one({"_id": f"data {name}"}, {"$set": {"after": None, "done": False}})

    async def run(self, turn: Turn, say: Say) -> None:
        """Runs what is not done, in order. Raises `TurnLost`."""
        done = {row["_id"] async for row in self._records.find({"kind": "data", "done": True}, {"_id": 1})}
        for migration in self._migrations:
            if _id(migration) not in done:
                await self._run(migration, turn, say)

    async def _run(self, migration: Migration, turn: Turn, say: Say) -> None:
        begun = {"kind": "data", "after": None, "done": False, "looked_at": 0, "changed": 0}
        await self._records.update_one({"_id": _id(migration)}, {"$setOnInsert": begun}, upsert=True)
        kept = await self._records.find_one({"_id": _id(migration)}) or begun
        after, batches = kept["after"], 0
        while rows := await self._page(migration, after):
            with suppress(Stale):
                if await self._commit(partial(self._batch, migration, rows, turn)):
                    after = rows[-1]["_id"]
            batches += 1
            if batches % SAY_EVERY == 0:
                say(f"{migration.name}: {batches * migration.together:,} documents of {migration.collection}")
        await self._commit(partial(self._end, migration, turn))
        say(f"{migration.name} is done")

    async def _page(self, migration: Migration, after: Any) -> list[dict[str, Any]]:
        beyond = {"_id": {"$gt": after}} if after is not None else {}
        wanted = ["_id"] if isinstance(migration, DataMove) else dict.fromkeys(migration.reads, 1)
        found = self._database[migration.collection].find(beyond, wanted)
        return [row async for row in found.sort("_id", ASCENDING).limit(migration.together)]

    async def _batch(self, migration: Migration, rows: Sequence[dict[str, Any]], turn: Turn, session: Session) -> bool:
        """Changes or moves the rows and notes how far it is, both or neither. Returns whether the next page is due."""
        await turn.expect(session)
        if isinstance(migration, DataMove):
            ids = {"_id": {"$in": [row["_id"] for row in rows]}}
            found = self._database[migration.collection].find(ids, session=session)
            await migration.move(self._database, [row async for row in found.sort("_id", ASCENDING)], session)
            changed, whole = len(rows), True
        else:
            changed, whole = await self._change(migration, rows, session)
        counts = {"changed": changed, "looked_at": len(rows) if whole else 0}
        noted: dict[str, Any] = {"$inc": counts} | ({"$set": {"after": rows[-1]["_id"]}} if whole else {})
        await self._records.update_one({"_id": _id(migration)}, noted, session=session)
        return whole

    async def _change(
        self, migration: DataMigration, rows: Sequence[dict[str, Any]], session: Session
    ) -> tuple[int, bool]:
        """Returns how many were changed, and whether that is all that had to be."""
        changes = [(row, change) for row in rows if (change := migration.change(row)) is not None]
        if not changes:
            return 0, True
        updates = [UpdateOne(_as_read(row, migration), change) for row, change in changes]
        written = await self._database[migration.collection].bulk_write(updates, ordered=False, session=session)
        return written.matched_count, written.matched_count == len(changes)

    async def _end(self, migration: Migration, turn: Turn, session: Session) -> bool:
        await turn.expect(session)
        ended = {"done": True, "done_at": datetime.now(UTC)}
        await self._records.update_one({"_id": _id(migration)}, {"$set": ended}, session=session)
        return True


def _id(migration: Migration) -> str:
    return f"data {migration.name}"


def _as_read(row: dict[str, Any], migration: DataMigration) -> dict[str, Any]:
    """Returns the question for the row as long as nobody changed what was read of it."""
    read = {name: row.get(name, {"$exists": False}) for name in migration.reads}
    return {"_id": row["_id"], **read}
