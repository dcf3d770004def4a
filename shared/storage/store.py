"""A service's own database: majority writes, transactions, and the outbox that goes with them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pymongo
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import IndexModel
from pymongo.errors import PyMongoError

from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.storage.outbox import Outbox
from shared.storage.transactions import Transactions

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]
Session = AsyncIOMotorClientSession
T = TypeVar("T")

SELECT_WITHIN = 15_000  # milliseconds to find the primary; an election takes up to 12 s
ANSWER_WITHIN = 20_000  # milliseconds for one operation
PING_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Indexes:
    """The indexes of one collection."""

    collection: str
    models: tuple[IndexModel, ...]


class Store:
    """Reads and writes are acknowledged by a majority, journalled. Nothing connects before the first operation."""

    def __init__(self, url: str, database: str, *indexes: Indexes) -> None:
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url,
            tz_aware=True,
            w="majority",
            journal=True,
            readConcernLevel="majority",
            serverSelectionTimeoutMS=SELECT_WITHIN,
            timeoutMS=ANSWER_WITHIN,
            appname=database,
        )
        self.database: Database = self._client[database]
        self.outbox = Outbox(self.database["outbox"])
        self._transactions = Transactions(self._client, self.database["commits"])
        self._prepared = False
        own = (Indexes("outbox", self.outbox.INDEXES), Indexes("commits", Transactions.INDEXES))
        self._indexes = (*own, *indexes)

    def __getitem__(self, collection: str) -> Collection:
        return self.database[collection]

    async def prepare(self) -> None:
        """Make the indexes. Safe to repeat, and needed before the first write."""
        for indexes in self._indexes:
            await self.database[indexes.collection].create_indexes(list(indexes.models))
        self._prepared = True

    async def ping(self) -> None:
        """Raises when the store is not prepared or does not answer."""
        if not self._prepared:
            raise Unavailable("the store is not prepared yet")
        try:
            with pymongo.timeout(PING_SECONDS):
                await self._client.admin.command("ping")
        except PyMongoError as error:
            raise Unavailable(f"the store does not answer: {type(error).__name__}") from error

    async def commit(self, write: Callable[[Session], Awaitable[T]], *events: Event[Contract]) -> T:
        """Run `write` and store `events` to say, all or nothing.

        `write` is repeated while another transaction is in the way; raises `Unavailable` when one stays there, as
        that of a process which died in the middle does for a minute, and `OutcomeUnknown` when the store stops
        answering in the middle of the commit.
        """

        async def both(session: Session) -> T:
            result = await write(session)
            await self.outbox.add(events, session)
            return result

        result = await self._transactions.run(both)
        self.outbox.wake()
        return result

    def close(self) -> None:
        self._client.close()
