"""Inserting what may be there already: the way to write the same documents twice and have them once."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo.errors import BulkWriteError

from shared.storage.statements import in_statements

DUPLICATE_KEY = 11000


async def insert_new(
    collection: AsyncIOMotorCollection[dict[str, Any]],
    documents: Sequence[dict[str, Any]],
    session: AsyncIOMotorClientSession | None = None,
) -> list[int]:
    """Insert those whose key is new; gives the positions of the others, which stay as they are in the store.

    MongoDB aborts a transaction where there are others, so that its caller must raise.
    """
    there: list[int] = []
    before = 0
    for rows in in_statements(documents, session):
        there += [before + position for position in await _insert(collection, rows, session)]
        before += len(rows)
    return there


async def replace_rows(
    collection: AsyncIOMotorCollection[dict[str, Any]],
    before: Sequence[dict[str, Any]],
    after: Sequence[dict[str, Any]],
    session: AsyncIOMotorClientSession | None = None,
) -> None:
    """Inserts the rows `after`, under keys of their own, and deletes those `before`."""
    await insert_new(collection, after, session)
    await collection.delete_many({"_id": {"$in": [row["_id"] for row in before]}}, session=session)


async def _insert(
    collection: AsyncIOMotorCollection[dict[str, Any]],
    documents: Sequence[dict[str, Any]],
    session: AsyncIOMotorClientSession | None,
) -> list[int]:
    try:
        await collection.insert_many(documents, ordered=False, session=session)
    except BulkWriteError as error:
        failures = (error.details or {}).get("writeErrors", [])
        if not failures or any(failure["code"] != DUPLICATE_KEY for failure in failures):
            raise
        return [failure["index"] for failure in failures]
    return []
