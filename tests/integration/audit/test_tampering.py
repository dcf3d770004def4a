"""An audit trail that somebody changed, cut short or added to is found broken, and where."""

from itertools import product
from typing import Any

from shared.storage.store import Store
from tests.integration.audit.given import grown, trail_of

CHANGES: list[dict[str, Any]] = [
    {"who": "somebody-else"}, {"details": {"contact": 99}}, {"at": "2020-01-01"}, {"what": "deleted"},
]  # fmt: skip
STRANGE: list[Any] = [0.5, 6.5, "6", b"6", "0:000000000001", "z:000000000001"]


async def test_an_entry_that_was_changed_is_found(store: Store) -> None:
    trail = trail_of(store)
    ids = await grown(trail, 5)
    row = await store["audit_written"].find_one({"_id": ids[2]}) or {}
    for change in CHANGES:
        await store["audit_written"].replace_one({"_id": ids[2]}, row | change)
        assert "entry 3 of chain" in str(await trail.broken())


async def test_an_entry_that_was_taken_out_is_found_in_the_middle_and_at_the_end(store: Store) -> None:
    trail = trail_of(store)
    ids = await grown(trail, 5)
    await trail.seal()
    for gone, said in (3, "entry 4 of chain"), (4, "entry 5 of chain"):
        row = await store["audit_written"].find_one_and_delete({"_id": ids[gone]})
        assert said in str(await trail.broken())
        await store["audit_written"].insert_one(row)
        assert await trail.broken() is None


async def test_entries_that_changed_places_are_found(store: Store) -> None:
    trail, other = trail_of(store), trail_of(store)
    ids, others = await grown(trail, 3), await grown(other, 3)
    rows = {row["_id"]: row async for row in store["audit_written"].find({})}
    for one, two in (ids[0], ids[1]), (ids[0], others[0]), (ids[2], others[2]):
        await store["audit_written"].replace_one({"_id": one}, rows[two] | {"_id": one})
        await store["audit_written"].replace_one({"_id": two}, rows[one] | {"_id": two})
        assert "was changed, taken out or put in" in str(await trail.broken())
        for each in (one, two):
            await store["audit_written"].replace_one({"_id": each}, rows[each])
    assert await trail.broken() is None


async def test_a_whole_chain_that_was_taken_away_is_missed_by_its_seal(store: Store) -> None:
    trail, other = trail_of(store), trail_of(store)
    await grown(trail, 3)
    (*_, last) = await grown(other, 2)
    await trail.seal()
    await store["audit_written"].delete_many({"_id": {"$gt": last[:36], "$lt": f"{last[:36]};"}})
    await store["audit_growing"].delete_one({"_id": last[:36]})
    assert await trail.broken() == f"entry 2 of chain {last[:36]} is gone, or not the one that was sealed"


async def test_a_seal_that_was_taken_out_or_changed_is_found(store: Store) -> None:
    trail = trail_of(store)
    for n in range(3):
        await grown(trail, 1, first=n)
        await trail.seal()
    seal = await store["audit"].find_one_and_delete({"_id": 2}) or {}
    assert await trail.broken() == "entry 2 was changed, taken out or put in"
    await store["audit"].insert_one(seal | {"details": {"heads": {}}})
    assert await trail.broken() == "entry 2 was changed, taken out or put in"


async def test_an_entry_that_was_put_in_is_found_whatever_its_id(store: Store) -> None:
    trail = trail_of(store)
    (*_, last) = await grown(trail, 3)
    await trail.seal()
    row = await store["audit_written"].find_one({"_id": last}) or {}
    for place, strange in product(("audit", "audit_written"), STRANGE):
        await store[place].insert_one(row | {"_id": strange})
        assert "was changed, taken out or put in" in str(await trail.broken())
        await store[place].delete_one({"_id": strange})
    assert await trail.broken() is None


async def test_without_the_key_nobody_can_make_a_trail_good_again(store: Store) -> None:
    ours = trail_of(store)
    await grown(ours, 3)
    forger = trail_of(store, b"")
    await grown(forger, 1)
    assert "entry 1 of chain" in str(await ours.broken())
    await store["audit_written"].delete_many(
        {"who": "clerk", "_id": {"$gt": forger._chain.name, "$lt": f"{forger._chain.name};"}}
    )
    assert await ours.broken() is None
    await forger.seal()
    assert await ours.broken() == "entry 1 was changed, taken out or put in"
