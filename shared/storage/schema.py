"""Schema of a service's database: its collections with their indexes, and the migrations of what is in them."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import IndexModel

from shared.protection import Keyring


@dataclass(frozen=True, slots=True)
class Indexes:
    """A collection and its indexes, beside that of the `_id`."""

    collection: str
    models: tuple[IndexModel, ...] = ()


@dataclass(frozen=True, slots=True)
class DataMigration:
    """Change of documents that a version before has written.

    `change` returns the update of a document by its fields `reads`, None for one that needs none. After an interruption
    it is asked about the documents of the last batch again. `together` documents are one batch and one transaction.
    """

    name: str
    collection: str
    reads: tuple[str, ...]
    change: Callable[[dict[str, Any]], dict[str, Any] | None]
    together: int = 500


@dataclass(frozen=True, slots=True)
class DataMove:
    """Move of documents that a version before has written into another collection.

    `move` does it for a batch of `together` documents, as part of one transaction, and takes them away. Raises `Stale`
    where somebody writes the same at this moment: the batch is then read again.
    """

    name: str
    collection: str
    move: Callable[
        [AsyncIOMotorDatabase[dict[str, Any]], Sequence[dict[str, Any]], AsyncIOMotorClientSession], Awaitable[None]
    ]
    together: int


Migration = DataMigration | DataMove


def no_lifts(_keyring: Keyring) -> tuple[Migration, ...]:
    """Returns none: nothing in this database is found by a token of a customer."""
    return ()


@dataclass(frozen=True, slots=True)
class Schema:
    """Every collection that a service uses, in the database `database` unless settings name another. `migrations` are
    run in their order; none is taken out or renamed as long as a store may exist that has not seen it. `lifts` gives
    those that follow them for the index keys of a keyring: documents come to be found by the newest one."""

    database: str
    collections: tuple[Indexes, ...] = ()
    migrations: tuple[Migration, ...] = ()
    lifts: Callable[[Keyring], tuple[Migration, ...]] = no_lifts

    def migrations_for(self, keyring: Keyring | None) -> tuple[Migration, ...]:
        """Returns all migrations; without a keyring none that needs one."""
        return self.migrations if keyring is None else (*self.migrations, *self.lifts(keyring))


LIFT = re.compile(r"index-(\d+)-")
"""The beginning of the name of a lift: the number of the index key by which documents are found after it."""


def lift_name(keyring: Keyring, collection: str) -> str:
    return f"index-{keyring.generation}-{collection}"
