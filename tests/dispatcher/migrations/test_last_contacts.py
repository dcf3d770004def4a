"""Migration 0002 on a log of contacts, as the versions before the last contact of each customer kept it."""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.dispatcher.schema import SCHEMA
from services.dispatcher.suppression.repository.contact_log import CONTACT_LOG, LAST_CONTACTS
from services.dispatcher.suppression.repository.last_contacted import Contact, MongoLastContacted
from shared.storage.schema import DataMove
from shared.storage.store import Database, Document, NotMigrated, Session, Store

CUSTOMERS = [os.urandom(16) for _ in range(6)]
NOTES = {
    1: ("2026-09-07", (1, 2, 3)), 2: ("2026-08-01", (3, 4)), 3: ("2026-09-08", (1,)), 4: ("2026-09-01", (5,)),
    5: ("2026-09-02", (2, 5)),
}  # fmt: skip
LAST = {1: "2026-09-08", 2: "2026-09-07", 3: "2026-09-07", 4: "2026-08-01", 5: "2026-09-02"}


class Killed(Exception):
    """The end of a runner's process."""


def dying_after(batches: int) -> DataMove:
    """Dies with a batch written and not committed."""
    left = batches

    async def move(database: Database, notes: Sequence[Document], session: Session) -> None:
        nonlocal left
        await LAST_CONTACTS.move(database, notes, session)
        left -= 1
        if left < 0:
            raise Killed

    return replace(LAST_CONTACTS, move=move, together=2)


def store_of(mongo_url: str, database: str, migration: DataMove) -> Store:
    return Store.of(mongo_url, replace(SCHEMA, migrations=(migration,)), database)


async def last_days(store: Store) -> dict[int, str]:
    found = await MongoLastContacted(store).of(CUSTOMERS)
    return {row: found[customer].day for row, customer in enumerate(CUSTOMERS) if customer in found}


async def test_what_earlier_versions_noted_is_moved_in_two_runs_and_the_latest_day_stays(
    mongo_url: str, database: str
) -> None:
    store = store_of(mongo_url, database, dying_after(1))
    await store[CONTACT_LOG].insert_many(
        {"_id": n, "campaign": "OTM-26-0077", "day": day, "customers": b"".join(CUSTOMERS[row] for row in rows)}
        for n, (day, rows) in NOTES.items()
    )
    with pytest.raises(NotMigrated, match="migration 0002-last-contacts not run"):
        await store.verify()
    with pytest.raises(Killed):
        await store.migrator.run()
    assert await store[CONTACT_LOG].count_documents({}) == 3, "one whole batch of two"
    assert 5 not in await last_days(store), "nothing of the batch that was cut off"
    store.close()
    store = store_of(mongo_url, database, dying_after(2))
    await store.migrator.run()
    await store.verify()
    assert await last_days(store) == LAST
    assert await store[CONTACT_LOG].count_documents({}) == 0
    store.close()


async def test_a_contact_that_is_noted_meanwhile_is_not_overwritten(mongo_url: str, database: str) -> None:
    """By a replica at work, between the reading of the batch and its transaction."""
    store, tries = store_of(mongo_url, database, LAST_CONTACTS), 0
    contacts = MongoLastContacted(store)

    async def move(within: Database, notes: Sequence[Document], session: Session) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await MongoLastContacted(within).of(CUSTOMERS, session)
            await store.commit(lambda other: contacts.take_over(later, CUSTOMERS[:2], store_time, other))
        await LAST_CONTACTS.move(within, notes, session)

    store_time, later = await store.time.now(), Contact("OTM-26-0078", "2026-10-01")
    racing = store_of(mongo_url, database, replace(LAST_CONTACTS, move=move))
    note = {"campaign": "OTM-26-0077", "day": "2026-09-07", "customers": b"".join(CUSTOMERS[:3])}
    await store[CONTACT_LOG].insert_one({"_id": 1, **note})
    await racing.migrator.run()
    assert tries > 1
    assert await last_days(store) == {0: "2026-10-01", 1: "2026-10-01", 2: "2026-09-07"}
    for each in (store, racing):
        each.close()
