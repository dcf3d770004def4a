"""A service's own database: majority writes, transactions, and the outbox that goes with them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self, TypeVar

import pymongo
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo.errors import PyMongoError

from shared.contracts.base import Contract
from shared.errors import Unavailable
from shared.events import Event
from shared.messaging.relay import Waiting
from shared.protection import Keyring
from shared.storage.away import Away, MotorClient
from shared.storage.migrations.runner import Migrator
from shared.storage.migrations.structure import RECORDS
from shared.storage.outbox import Outbox
from shared.storage.schema import Indexes, Migration, Schema
from shared.storage.server_time import ServerTime
from shared.storage.traces import MongoTraces
from shared.storage.transactions import Transactions

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Collection = AsyncIOMotorCollection[Document]
Session = AsyncIOMotorClientSession
T = TypeVar("T")

SELECT_WITHIN = 15_000
"""Milliseconds to find the primary, from the moment at which there was none; an election takes up to 12 s."""
ANSWER_WITHIN = 20_000  # milliseconds for one operation
PING_SECONDS = 3.0
OWN = ("outbox", "commits", "traces", RECORDS)
"""Collections that every store has, whatever its schema."""

__all__ = ["Document", "Indexes", "NotMigrated", "Session", "Store"]


class NotMigrated(Unavailable):
    """The database is not as this version needs it."""


class Store:
    """Reads and writes are acknowledged by a majority, journalled. Nothing connects before the first operation."""

    def __init__(
        self,
        url: str,
        database: str,
        *collections: Indexes,
        migrations: Sequence[Migration] = (),
        patient: bool = False,
        keyring: Keyring | None = None,
    ) -> None:
        """`patient`: without a limit of time for one operation, since an index may take hours to build."""
        self._client: AsyncIOMotorClient[Document] = MotorClient(
            url,
            away=Away(SELECT_WITHIN / 1000),
            tz_aware=True,
            w="majority",
            journal=True,
            readConcernLevel="majority",
            serverSelectionTimeoutMS=SELECT_WITHIN,
            timeoutMS=None if patient else ANSWER_WITHIN,
            appname=database,
        )
        self.database: Database = self._client[database]
        self.outbox = Outbox(self.database["outbox"])
        self.traces = MongoTraces(self.database["traces"])
        self.time = ServerTime(self.database)
        self._transactions = Transactions(self._client, self.database["commits"])
        indexes = {
            "outbox": Outbox.INDEXES,
            "commits": Transactions.INDEXES,
            "traces": MongoTraces.INDEXES,
            RECORDS: (),
        }
        known = keyring.generation if keyring else None
        own = [Indexes(*each) for each in indexes.items()]
        self.migrator = Migrator(self.database, self._transactions.run, (*own, *collections), migrations, known)
        self._why_not = "the store was not looked at yet"
        self._known: frozenset[str] | None = None

    @classmethod
    def of(
        cls,
        url: str,
        schema: Schema,
        database: str | None = None,
        patient: bool = False,
        keyring: Keyring | None = None,
    ) -> Self:
        """Returns the store of a schema, which gives no collection that the schema does not name. With a `keyring` it
        is migrated once its documents are found by the newest index key."""
        name, migrations = database or schema.database, schema.migrations_for(keyring)
        store = cls(url, name, *schema.collections, migrations=migrations, patient=patient, keyring=keyring)
        store._known = frozenset((*OWN, *(each.collection for each in schema.collections)))
        return store

    def __getitem__(self, collection: str) -> Collection:
        if self._known is not None and collection not in self._known:
            raise KeyError(f"the schema does not name the collection {collection}")
        return self.database[collection]

    async def prepare(self) -> None:
        """Migrates the database, as `otm migrate run` does: for a store that one process has for itself."""
        await self.migrator.run()
        self._why_not = ""

    async def verify(self) -> None:
        """Looks whether the database is migrated, and makes nothing. Raises `NotMigrated`, naming what is missing."""
        if missing := (await self.migrator.pending()).words:
            self._why_not = f"{self.database.name} is not migrated ({named(missing)}): run `otm migrate run`"
            raise NotMigrated(self._why_not)
        self._why_not = ""

    async def ping(self) -> None:
        """Raises when the store is not known to be migrated or does not read. A server that has given up, as after a
        full disk, goes on answering the command `ping`."""
        if self._why_not:
            raise NotMigrated(self._why_not)
        try:
            with pymongo.timeout(PING_SECONDS):
                await self.database[RECORDS].find_one({}, {"_id": 1})
        except PyMongoError as error:
            raise Unavailable(f"the store does not answer: {type(error).__name__}") from error

    async def expect_writable(self) -> None:
        """Raises when it does not write, while which no message is worth a try: on a full disk it may well read."""
        await self.ping()
        try:
            with pymongo.timeout(PING_SECONDS):
                await self._transactions.probe()
        except PyMongoError as error:
            raise Unavailable(f"the store takes no writes: {type(error).__name__}") from error

    async def commit(self, write: Callable[[Session], Awaitable[T]], *events: Event[Contract]) -> T:
        """Run `write` and store `events` to say, all or nothing.

        `write` is repeated while another transaction is in the way; raises `Unavailable` when one stays there, as
        that of a process which died in the middle does for a minute, and `OutcomeUnknown` when the store stops
        answering in the middle of the commit.
        """

        async def both(session: Session) -> tuple[T, Waiting | None]:
            result = await write(session)
            return result, await self.outbox.add(events, session)

        result, waiting = await self._transactions.run(both)
        if waiting is not None:
            self.outbox.committed(waiting)
        return result

    def close(self) -> None:
        self._client.close()


def named(missing: Sequence[str], most: int = 5) -> str:
    """Returns the first of them in one line, and how many there are beside."""
    more = f" and {len(missing) - most} more" if len(missing) > most else ""
    return ", ".join(missing[:most]) + more
