"""Lifts to a new index key where a customer is there under several: a process with an earlier keyring has written."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.dispatcher.schema import SCHEMA
from services.dispatcher.suppression.index import SuppressionEntry
from services.dispatcher.suppression.repository.blocks import block_of
from shared.customers.reference import CustomerReference, ReferenceKind
from shared.customers.token import customer_index
from shared.protection import Keyring
from shared.storage.migrations.data import Data
from shared.storage.store import Document, Store

ONE = Keyring("k", {"k": b"k" * 32}, b"i" * 32, b"r" * 32)
TWO = replace(ONE, later=(b"j" * 32,))
THREE = replace(ONE, later=(b"j" * 32, b"l" * 32))
SOMEBODY = CustomerReference(kind=ReferenceKind.UTR, reference="1955839661")
AT = datetime(2026, 9, 7, tzinfo=UTC)


def under(keyring: Keyring, name: object, **fields: object) -> dict[str, Any]:
    return {"_id": name, **fields} | ({"generation": keyring.generation} if keyring.generation > 1 else {})


async def restrict(store: Store, keyring: Keyring, load: str) -> None:
    """Writes what a process with that keyring writes of a restriction."""
    index = customer_index(keyring, SOMEBODY)
    entry = SuppressionEntry(index, "restricted", "2026-01-01")
    await store["suppression_blocks"].insert_one(block_of(load, 0, [entry], keyring.generation))
    await store["restrictions"].insert_one(under(keyring, index.hex(), load=load, reason="accuracy-contested"))


async def contact(store: Store, keyring: Keyring, day: str) -> None:
    index = customer_index(keyring, SOMEBODY)
    row = under(keyring, index, campaign="OTM-26-0042", day=day, noted_at=AT)
    await store["last_contacted"].insert_one(row)


async def migrated(mongo_url: str, database: str, keyring: Keyring, again: str | None = None) -> None:
    store = Store.of(mongo_url, SCHEMA, database, keyring=keyring)
    if again:
        await store.migrator.again(again)
    await store.migrator.run()
    store.close()


@pytest.mark.parametrize("days", [("2026-09-01", "2026-09-08"), ("2026-09-08", "2026-09-01")])
async def test_of_keys_one_and_two_together_one_restriction_and_the_last_contact_come_under_key_three(
    mongo_url: str, database: str, days: tuple[str, str]
) -> None:
    store = Store.of(mongo_url, SCHEMA, database)
    for keyring, day in zip((ONE, TWO), days, strict=True):
        await restrict(store, keyring, f"load-{keyring.generation}")
        await contact(store, keyring, day)
    await migrated(mongo_url, database, THREE)
    now = customer_index(THREE, SOMEBODY)
    assert [row["_id"] async for row in store["restrictions"].find()] == [now.hex()]
    assert [(row["load"], row["customers"]) async for row in store["suppression_blocks"].find()] == [("load-2", now)]
    assert [(row["_id"], row["day"]) async for row in store["last_contacted"].find()] == [(now, "2026-09-08")]
    store.close()


async def test_a_restriction_by_an_overlooked_process_is_lifted_when_the_lift_begins_anew(
    mongo_url: str, database: str
) -> None:
    store = Store.of(mongo_url, SCHEMA, database)
    await restrict(store, ONE, "load-1")
    await migrated(mongo_url, database, TWO)
    await restrict(store, ONE, "load-2")
    for name in ("suppression_blocks", "restrictions"):
        await migrated(mongo_url, database, TWO, again=f"index-2-{name}")
    now = customer_index(TWO, SOMEBODY)
    assert [(row["_id"], row["load"]) async for row in store["restrictions"].find()] == [(now.hex(), "load-1")]
    assert [(row["load"], row["customers"]) async for row in store["suppression_blocks"].find()] == [("load-1", now)]
    store.close()


async def test_a_contact_that_an_overlooked_process_moves_on_meanwhile_is_lifted_as_it_is_then(
    mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of a page and its transaction."""
    store, page = Store.of(mongo_url, SCHEMA, database), Data._page
    await contact(store, ONE, "2026-09-01")

    async def moved_on(of: Data, *which: Any) -> list[Document]:
        found = await page(of, *which)
        earlier = customer_index(ONE, SOMEBODY)
        if earlier in [row["_id"] for row in found]:
            await store["last_contacted"].update_one({"_id": earlier}, {"$set": {"day": "2026-09-08"}})
        return found

    monkeypatch.setattr(Data, "_page", moved_on)
    await migrated(mongo_url, database, TWO)
    now = customer_index(TWO, SOMEBODY)
    assert [(row["_id"], row["day"]) async for row in store["last_contacted"].find()] == [(now, "2026-09-08")]
    store.close()
