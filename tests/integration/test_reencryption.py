"""After a rotation everything is brought under the new key, and can be read at every moment."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from shared.protection import Cipher, Keyring
from shared.storage.reencryption import EncryptedField, ReEncryption
from shared.storage.store import Store
from tests.support.clocks import StoppedClock

BEFORE = Keyring("k1", {"k1": b"1" * 32}, index=b"i" * 32, references=b"r" * 32)
AFTER = replace(BEFORE, current="k2", keys={"k1": b"1" * 32, "k2": b"2" * 32})
TOGETHER = 10
FIELDS = (
    EncryptedField("contacts", "personal", together=TOGETHER),
    EncryptedField("rows", "secret", lambda row: f"rows:{row['load']}", ("load",), together=TOGETHER),
)
MANY = 25


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[Store]:
    store = Store(mongo_url, database)
    cipher = Cipher(BEFORE)
    for number in range(MANY):
        await store["contacts"].insert_one({"_id": f"{number:03}", "personal": sealed(cipher, number), "plain": number})
        await store["rows"].insert_one({"load": number, "secret": cipher.encrypt(number, f"rows:{number}")})
    await store["contacts"].insert_one({"_id": "x", "personal": None})
    yield store
    store.close()


def sealed(cipher: Cipher, number: int) -> bytes:
    return cipher.encrypt({"note": number}, f"contacts.personal:{number:03}")


async def readable(store: Store) -> bool:
    cipher = Cipher(AFTER)
    contacts = [row async for row in store["contacts"].find({"plain": {"$exists": True}})]
    rows = [row async for row in store["rows"].find()]
    return [cipher.decrypt(row["personal"], f"contacts.personal:{row['_id']}")["note"] for row in contacts] == [
        row["plain"] for row in contacts
    ] and all(cipher.decrypt(row["secret"], f"rows:{row['load']}") == row["load"] for row in rows)


async def finish(work: ReEncryption, clock: StoppedClock) -> None:
    while not (await work.progress())["done"]:
        if not await work.step():
            clock.move(seconds=5)


async def test_everything_comes_under_the_new_key_and_is_readable_at_every_step(store: Store) -> None:
    clock = StoppedClock()
    work = ReEncryption(store, Cipher(AFTER), clock, FIELDS)
    assert (await work.under("k1"), await work.under("k2")) == (2 * MANY, 0)
    steps = 0
    while await work.step():
        steps += 1
        assert await readable(store)
    assert steps >= MANY / TOGETHER
    await finish(work, clock)
    assert (await work.under("k1"), await work.under("k2")) == (0, 2 * MANY)
    assert await readable(store)
    assert (await work.progress())["fields"]["contacts.personal"] == {"moved": MANY, "done": True}


async def test_who_takes_over_after_a_crash_goes_on_where_it_was(store: Store) -> None:
    clock = StoppedClock()
    await ReEncryption(store, Cipher(AFTER), clock, FIELDS).step()
    heir = ReEncryption(store, Cipher(AFTER), clock, FIELDS)
    assert (await heir.progress())["fields"]["contacts.personal"]["moved"] == 10
    await finish(heir, clock)
    assert (await heir.progress())["fields"]["contacts.personal"]["moved"] == MANY


async def test_what_a_replica_still_encrypts_with_the_old_key_is_found_in_the_next_pass(store: Store) -> None:
    clock = StoppedClock()
    work = ReEncryption(store, Cipher(AFTER), clock, FIELDS)
    while await work.step():
        pass
    await store["contacts"].insert_one({"_id": "000a", "personal": late(), "plain": 0})
    await finish(work, clock)
    assert await work.under("k1") == 0


async def test_a_value_that_changes_meanwhile_is_not_overwritten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    cipher = Cipher(AFTER)
    newer = cipher.encrypt({"note": "newer"}, "contacts.personal:003")
    work = ReEncryption(store, cipher, StoppedClock(), FIELDS)
    page = work._page

    async def overtaken(*arguments: Any) -> Any:
        rows = await page(*arguments)
        await store["contacts"].update_one({"_id": "003"}, {"$set": {"personal": newer}})
        return rows

    monkeypatch.setattr(work, "_page", overtaken)
    await work.step()
    row = await store["contacts"].find_one({"_id": "003"}) or {}
    assert row["personal"] == newer


def late() -> bytes:
    return Cipher(BEFORE).encrypt({"note": 0}, "contacts.personal:000a")
