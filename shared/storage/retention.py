"""Records in MongoDB that have been kept for long enough. Each is found by an index, the oldest first."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from shared.errors import Invalid
from shared.retention.policy import Policy, RecordType
from shared.storage.finding import BEFORE_ANY
from shared.storage.schema import Schema
from shared.storage.store import Document, Session, Store

Restricted = Callable[[], Awaitable[Collection[str]]]


async def nobody() -> Collection[str]:
    """The restricted ones of a service that keeps nothing of customers."""
    return ()


class MongoRetention:
    """Finds and deletes them. `restricted` returns the names of customers whose data stays; `names` are the fields that
    may hold one."""

    def __init__(self, store: Store, restricted: Restricted = nobody, names: Sequence[str] = ()) -> None:
        self._store = store
        self._restricted = restricted
        self._names = names

    async def past(self, kind: RecordType, now: datetime, most: int) -> Mapping[str, int]:
        """Asks by the index alone and looks at the rest here: where a question is about more than its index, the
        embedded store reads everything."""
        restricted = frozenset(await self._restricted())
        found: dict[str, int] = {}
        async for row in self._rows(kind, now):
            if self._names_one(row, restricted) or any(row.get(name) == value for name, value in kind.unless.items()):
                continue
            found[row["_id"]] = row.get("block", 1)
            if len(found) == most:
                break
        return found

    async def delete(self, kind: RecordType, identifiers: Sequence[str]) -> None:
        async def write(session: Session) -> None:
            await self._store[kind.collection].delete_many({"_id": {"$in": list(identifiers)}}, session=session)

        await self._store.commit(write)

    async def _rows(self, kind: RecordType, now: datetime) -> AsyncIterator[Document]:
        fields = dict.fromkeys(("_id", "block", *self._names, *kind.unless), 1)
        old = {kind.since: {"$gt": "" if kind.day else BEFORE_ANY, "$lt": kind.bound(now)}}
        if kind.owner is None:
            async for row in self._store[kind.collection].find(old, fields).sort(kind.since, ASCENDING):
                yield row
            return
        owners = self._store[kind.owner.collection].find(old, {kind.owner.key: 1}).sort(kind.since, ASCENDING)
        async for owner in owners:
            of_it = _belonging(kind.owner.field, owner[kind.owner.key])
            async for row in self._store[kind.collection].find(of_it, fields):
                yield row

    def _names_one(self, row: Mapping[str, Any], restricted: frozenset[str]) -> bool:
        if not restricted:
            return False
        said = [row.get(name) for name in self._names]
        return any(restricted.intersection(value if isinstance(value, list) else [value]) for value in said if value)


def expect_indexed(policy: Policy, schema: Schema) -> Policy:
    """Returns the policy. Raises `Invalid` where a type of record could not be found by an index."""
    indexed = {
        (each.collection, next(iter(model.document["key"]))) for each in schema.collections for model in each.models
    }
    for kind in policy:
        for collection, field in kind.found_by:
            if field != "_id" and (collection, field) not in indexed:
                raise Invalid(f"{kind.name}: {collection} has no index that begins with {field}")
    return policy


def _belonging(field: str, key: str) -> Document:
    return {"_id": {"$gt": f"{key}:", "$lt": f"{key};"}} if field == "_id" else {field: key}
