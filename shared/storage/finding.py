"""Finding many documents: by a key at once, or in order, a page at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import ASCENDING

BEFORE_ANY = datetime(1970, 1, 1, tzinfo=UTC)
"""Where a time may be missing, `$gt` this: else the embedded store reads all that have none as well."""
TOGETHER = 25
"""Keys asked for in one query. The embedded store takes ever longer for each key of a long list: 500 in one query took
six times as long as 500 in slices."""
ABREAST = 4
"""Queries on their way at the same time. With more, whoever asks one small thing meanwhile waits for all of them."""


async def found_by(
    collection: AsyncIOMotorCollection[dict[str, Any]],
    field: str,
    keys: Sequence[str],
    further: Mapping[str, Any] | None = None,
    session: AsyncIOMotorClientSession | None = None,
) -> list[dict[str, Any]]:
    """The documents whose `field`, which must have an index, is one of `keys`, and that are as `further` says too.

    That is looked at here: the embedded store uses an index only for questions about nothing but the fields that it
    has, and otherwise looks through everything.
    """
    asked = [collection.find({field: {"$in": some}}, session=session) for some in slices(list(dict.fromkeys(keys)))]
    abreast = 1 if session else ABREAST  # a transaction does one thing at a time
    found: list[list[dict[str, Any]]] = []
    for start in range(0, len(asked), abreast):
        found += await asyncio.gather(*(cursor.to_list(None) for cursor in asked[start : start + abreast]))
    fields = (further or {}).items()
    return [
        document
        for documents in found
        for document in documents
        if all(document.get(name) == value for name, value in fields)
    ]


def slices(keys: Sequence[str]) -> list[Sequence[str]]:
    """Few enough each to be asked for at once."""
    return [keys[start : start + TOGETHER] for start in range(0, len(keys), TOGETHER)]


async def found_after(
    collection: AsyncIOMotorCollection[dict[str, Any]],
    wanted: Mapping[str, Any],
    field: str,
    after: tuple[Any, str] | None,
    most: int,
) -> list[dict[str, Any]]:
    """In the order of `field`, then of the id: those after that place in it, `most` at most.

    Those that share the place in `field` are asked for by themselves: both in one query (by `$or`) is ten times as slow
    on the embedded store, which then looks at all that there are.
    """
    found: list[dict[str, Any]] = []
    if after:
        value, identifier = after
        same = {**wanted, field: value, "_id": {"$gt": identifier}}
        found = await collection.find(same).sort("_id", ASCENDING).limit(most).to_list(None)
        wanted = {**wanted, field: {"$gt": value}}
    if left := most - len(found):
        order = [(field, ASCENDING), ("_id", ASCENDING)]
        found += await collection.find(wanted).sort(order).limit(left).to_list(None)
    return found
