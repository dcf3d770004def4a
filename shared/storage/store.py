"""A service's own database: majority writes, transactions, and the outbox that goes with them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import IndexModel
from pymongo.errors import AutoReconnect, ConnectionFailure, ExecutionTimeout, PyMongoError, WTimeoutError

from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.storage.outbox import Outbox

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]
Session = AsyncIOMotorClientSession
T = TypeVar("T")

UNAVAILABLE = (ConnectionFailure, AutoReconnect, ExecutionTimeout, WTimeoutError)
"""What the driver raises when the store cannot be reached or does not answer in time."""

SELECT_WITHIN = 3_000  # milliseconds to find the primary
ANSWER_WITHIN = 20_000  # milliseconds for one operation


def store_is_unavailable(error: BaseException) -> bool:
    return isinstance(error, UNAVAILABLE)


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
        self._prepared = False
        self._indexes = (Indexes("outbox", self.outbox.INDEXES), *indexes)

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
        await self._client.admin.command("ping")

    async def commit(self, write: Callable[[Session], Awaitable[T]], *events: Event[Contract]) -> T:
        """Run `write` and store `events` to say, all or nothing.

        `write` is repeated while another transaction is in the way; raises `Unavailable` when one stays there, as
        that of a process which died in the middle does for a minute.
        """

        async def transaction(session: Session) -> T:
            result = await write(session)
            await self.outbox.add(events, session)
            return result

        try:
            async with await self._client.start_session() as session:
                result: T = await session.with_transaction(transaction)
        except PyMongoError as error:
            if error.has_error_label("TransientTransactionError"):
                raise Unavailable("another transaction holds what this one wants to write") from error
            raise
        self.outbox.wake()
        return result

    def close(self) -> None:
        self._client.close()
