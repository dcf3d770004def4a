"""Collections and indexes of a database: making them, and finding those that are missing."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import IndexModel, UpdateOne
from pymongo.errors import CollectionInvalid, OperationFailure

from shared.errors import Conflict
from shared.storage.schema import Indexes

Document = dict[str, Any]
Say = Callable[[str], None]
RECORDS = "migrations"
"""Collection of what was done: each index once its build has ended, each migration of data, and the runner's turn."""
OPTIONS = ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression")
OTHER_OPTIONS = (85, 86)
"""MongoDB's codes for an index that is there under that name or key with other options."""


class Structure:
    """An index counts as made once it is recorded: a store also lists those whose build goes on."""

    def __init__(self, database: AsyncIOMotorDatabase[Document], collections: Sequence[Indexes]) -> None:
        self._database = database
        self._records = database[RECORDS]
        self._wanted: dict[str, list[IndexModel]] = {}
        for each in collections:
            self._wanted.setdefault(each.collection, []).extend(each.models)

    async def missing(self) -> list[str]:
        """Returns what is missing, in words that name it."""
        there = set(await self._database.list_collection_names())
        made = {row["_id"] async for row in self._records.find({"kind": "index"}, {"_id": 1})}
        named = {name: models for name, models in self._wanted.items() if models and name in there}
        looked = await asyncio.gather(*(self._lacking(name, models, made) for name, models in named.items()))
        absent = [f"no collection {name}" for name in self._wanted if name not in there]
        return [*(words for lacking in looked for words in lacking), *absent]

    async def make(self, say: Say) -> None:
        """Makes what is missing, and waits for each index. May be repeated. Raises `Conflict` for an index that is
        there with other options: nobody but a person may take it away."""
        there = set(await self._database.list_collection_names())
        made = {row["_id"] async for row in self._records.find({"kind": "index"}, {"_id": 1})}
        for name, models in self._wanted.items():
            if name not in there and not models:
                await self._create(name)
            elif models:
                for words in await self._lacking(name, models, made) if name in there else ():
                    say(f"{words}: making it")
                await self._index(name, models)
        await self._record()

    async def _create(self, name: str) -> None:
        try:
            await self._database.create_collection(name)
        except (CollectionInvalid, OperationFailure):  # somebody's first write was quicker
            if name not in await self._database.list_collection_names():
                raise

    async def _index(self, collection: str, models: Sequence[IndexModel]) -> None:
        try:
            await self._database[collection].create_indexes(list(models))
        except OperationFailure as error:
            if error.code not in OTHER_OPTIONS:
                raise
            raise Conflict(f"an index of {collection} is there with other options: {error}") from error

    async def _record(self) -> None:
        """Records all indexes in one write, now that each is made: a runner that dies before makes them again, which
        for one that is there costs a look."""
        kept = {"kind": "index", "made_at": datetime.now(UTC)}
        ids = [_id(name, model) for name, models in self._wanted.items() for model in models]
        await self._records.bulk_write([UpdateOne({"_id": i}, {"$setOnInsert": kept}, upsert=True) for i in ids])

    async def _lacking(self, collection: str, models: Sequence[IndexModel], made: set[str]) -> list[str]:
        found = {index["name"]: _described(index) async for index in self._database[collection].list_indexes()}
        lacking = []
        for model in models:
            name, words = model.document["name"], f"index {model.document['name']} of {collection}"
            if name not in found:
                lacking.append(f"no {words}")
            elif found[name] != _described(model.document):
                lacking.append(f"another {words}")
            elif _id(collection, model) not in made:
                lacking.append(f"no whole {words}")
        return lacking


def _id(collection: str, model: IndexModel) -> str:
    return f"index {collection}.{model.document['name']}"


def _described(index: Any) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """Returns the key and those of the options that say something."""
    options = {name: index[name] for name in OPTIONS if index.get(name) not in (None, False)}
    return [(field, order) for field, order in index["key"].items()], options
