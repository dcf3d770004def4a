"""The audit trail is written once, in order, and cannot be changed unnoticed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.storage.audit import MongoAuditTrail
from shared.storage.store import Store
from shared.trail import Verified
from shared.web import operations
from tests.support.apps import SERVICES
from tests.support.inside import Corner, Inside, inside

AT = datetime(2026, 9, 7, 12, tzinfo=UTC)
WRITERS = 12


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[Store]:
    store = Store(mongo_url, database)
    yield store
    store.close()


@pytest.fixture
async def trail(store: Store) -> MongoAuditTrail:
    """Written by many at once, each with a trail of their own."""
    await asyncio.gather(
        *(MongoAuditTrail(store["audit"]).append(AT, f"clerk-{n}", "read", {"contact": n}) for n in range(WRITERS))
    )
    return MongoAuditTrail(store["audit"])


async def test_entries_written_at_the_same_time_are_one_unbroken_chain(trail: MongoAuditTrail) -> None:
    entries = [entry async for entry in trail.entries()]
    assert [entry.number for entry in entries] == list(range(1, WRITERS + 1))
    assert {(entry.who, entry.details["contact"]) for entry in entries} == {(f"clerk-{n}", n) for n in range(WRITERS)}
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert await trail.first_broken() is None


@pytest.mark.parametrize(
    "change", [{"who": "somebody-else"}, {"details": {"contact": 99}}, {"at": "2020-01-01"}, {"what": "deleted"}]
)
async def test_an_entry_that_was_changed_is_found(store: Store, trail: MongoAuditTrail, change: dict[str, Any]) -> None:
    await store["audit"].update_one({"_id": 7}, {"$set": change})
    assert await trail.first_broken() == 7


async def test_an_entry_that_was_taken_out_is_found(store: Store, trail: MongoAuditTrail) -> None:
    await store["audit"].delete_one({"_id": 5})
    assert await trail.first_broken() == 5


async def test_an_entry_that_was_written_anew_with_its_own_hash_is_found_by_the_next(
    store: Store, trail: MongoAuditTrail
) -> None:
    await store["audit"].delete_many({"_id": {"$gte": 4, "$lt": 6}})
    other = MongoAuditTrail(store["elsewhere"])
    for n in range(5):
        await other.append(AT, "forger", "read", {"contact": n})
    async for row in store["elsewhere"].find({"_id": {"$gte": 4}}):
        await store["audit"].insert_one(row)
    assert await trail.first_broken() == 4


async def test_an_entry_that_was_put_in_is_found(store: Store, trail: MongoAuditTrail) -> None:
    row = await store["audit"].find_one({"_id": 6}) or {}
    await store["audit"].insert_one(row | {"_id": 6.5})
    assert await trail.first_broken() == 7


async def test_without_the_key_nobody_can_make_a_trail_good_again(store: Store) -> None:
    ours = MongoAuditTrail(store["keyed"], b"k" * 32)
    await asyncio.gather(*(ours.append(AT, "clerk", "read", {"contact": n}) for n in range(5)))
    assert await MongoAuditTrail(store["keyed"], b"k" * 32).first_broken() is None
    await store["keyed"].delete_many({"_id": {"$gt": 2}})
    await MongoAuditTrail(store["keyed"]).append(AT, "forger", "read", {"contact": 2})
    assert await MongoAuditTrail(store["keyed"], b"k" * 32).first_broken() == 3


@pytest.mark.parametrize("name", SERVICES)
async def test_no_service_can_write_in_the_trail_of_another(
    name: str, tmp_path: Path, mongo_url: str, database: str
) -> None:
    """All of them with the same keyring, and here even in the same store; nor can anybody who has only the store."""
    corner = Corner.made(tmp_path, mongo_url, database)
    services = {each: build(corner, tmp_path) for each, build in SERVICES.items()}
    trails = {each: Inside(service, corner).part(MongoAuditTrail) for each, service in services.items()}
    for n in range(2):
        await trails[name].append(AT, "clerk", "read", {"contact": n})
    others = [trail for each, trail in trails.items() if each != name] + [
        MongoAuditTrail(services[name].store["audit"])
    ]
    assert [await trail.first_broken() for trail in others] == [1] * len(SERVICES)
    assert await trails[name].first_broken() is None
    for forger in others:
        await forger.append(AT, "forger", "read", {"contact": 2})
    assert await trails[name].first_broken() == 3
    for service in services.values():
        service.store.close()


async def test_many_entries_at_once_cost_few_writes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    trail, writes = MongoAuditTrail(store["busy"]), 0
    add = trail._add

    async def counted(facts: Any) -> Any:
        nonlocal writes
        writes += 1
        return await add(facts)

    monkeypatch.setattr(trail, "_add", counted)
    entries = await asyncio.gather(*(trail.append(AT, "clerk", "read", {"contact": n}) for n in range(300)))
    assert sorted(entry.number for entry in entries) == list(range(1, 301))
    assert [entry.details["contact"] for entry in entries] == list(range(300))
    assert writes <= 2
    assert (await trail.verified()).entries == 300


async def looked_at(trail: MongoAuditTrail, most: int) -> list[Verified]:
    """Returns what each look says, range after range."""
    looks = [await trail.verified(most=most)]
    while not looks[-1].ended:
        looks.append(await trail.verified(looks[-1].entries, looks[-1].head, most))
    return looks


async def test_ranges_add_up_to_the_whole_and_a_break_is_found_where_it_is(store: Store) -> None:
    trail = MongoAuditTrail(store["ranges"], b"k" * 32)
    for n in range(10):
        await trail.append(AT, "clerk", "read", {"contact": n})
    looks = await looked_at(trail, 4)
    assert [look.entries for look in looks] == [4, 8, 10]
    assert looks[-1] == await trail.verified()
    assert [look.entries for look in await looked_at(trail, 5)] == [5, 10], "no range that looks at nothing"
    assert (await trail.verified(4, "f" * 64)).first_broken == 5, "another entry 4 than the one that was looked at"
    await store["ranges"].update_one({"_id": 9}, {"$set": {"who": "nobody"}})
    assert [look.first_broken for look in await looked_at(trail, 4)] == [None, None, 9]
    await store["ranges"].delete_one({"_id": 5})
    assert [look.first_broken for look in await looked_at(trail, 4)] == [None, 5]


async def test_one_request_looks_at_a_range_and_says_where_to_ask_on(
    tmp_path: Path, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ENTRIES_LOOKED_AT", 3)
    corner = Corner.made(tmp_path, mongo_url, database)
    async with inside(SERVICES["planner"](corner, tmp_path), corner) as planner, planner.caller("operator") as operator:
        for n in range(5):
            await planner.part(MongoAuditTrail).append(AT, "clerk", "read", {"contact": n})
        first = (await operator.get("/v1/operations/audit?noted=5")).json()
        asked = f"after={first['entries']}&link={first['head']}"
        second = (await operator.get(f"/v1/operations/audit?{asked}")).json()
        assert (first["entries"], first["ended"], first["first_broken"]) == (3, False, None)
        assert (second["entries"], second["ended"], second["head"]) == (5, True, first["noted"])
        assert (await operator.get("/v1/operations/audit?link=no")).status_code == 422
