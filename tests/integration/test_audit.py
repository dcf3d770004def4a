"""The audit trail is written once by each process in a chain of its own, and cannot be changed unnoticed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from shared.errors import Unavailable
from shared.storage.audit.chain import Chain, Fact
from shared.storage.audit.looking import SEALED
from shared.storage.audit.sealing import IDLE_LOOKS
from shared.storage.audit.trail import MongoAuditTrail
from shared.storage.away import MotorClient
from shared.storage.store import Store
from shared.trail import Entry, Verified
from shared.web import operations
from tests.support.apps import SERVICES
from tests.support.clocks import StoppedClock
from tests.support.inside import Corner, Inside, inside
from tests.support.writes import Writes

AT = datetime(2026, 9, 7, 12, tzinfo=UTC)
KEY = b"k" * 32
WRITERS, EACH = 16, 40
CHANGES: list[dict[str, Any]] = [
    {"who": "somebody-else"}, {"details": {"contact": 99}}, {"at": "2020-01-01"}, {"what": "deleted"},
]  # fmt: skip
STRANGE: list[Any] = [0.5, 6.5, "6", b"6", "0:000000000001", "z:000000000001"]


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Writes:
    listener = Writes()
    monkeypatch.setattr("shared.storage.store.MotorClient", partial(MotorClient, event_listeners=[listener]))
    return listener


@pytest.fixture
async def store(mongo_url: str, database: str, writes: Writes) -> AsyncIterator[Store]:
    store = Store(mongo_url, database)
    yield store
    store.close()


def trail_of(store: Store, key: bytes = KEY) -> MongoAuditTrail:
    """Returns what one process writes with."""
    return MongoAuditTrail(store, key, StoppedClock(AT))


async def grown(trail: MongoAuditTrail, entries: int, first: int = 0) -> list[str]:
    """Returns the ids of entries that are written one after the other."""
    at = [AT + timedelta(seconds=n) for n in range(first, first + entries)]
    added = [await trail.append(at[n], "clerk", "read", {"contact": first + n}) for n in range(entries)]
    return [f"{entry.chain}:{entry.number:012}" for entry in added]


async def test_writers_at_the_same_time_are_never_in_each_others_way(store: Store, writes: Writes) -> None:
    """Each has one document of its own that it writes again, and no write finds another's in its way."""
    trails = [trail_of(store) for _ in range(WRITERS)]
    await asyncio.gather(*(grown(trail, EACH, first=EACH * n) for n, trail in enumerate(trails)))
    assert (writes.refused, writes.of("insert", "audit_written")) == (0, WRITERS * EACH)
    assert (writes.of("update", "audit_growing"), writes.of("insert", "audit")) == (WRITERS, 0)
    assert writes.most_on_one_document == 1
    await trails[0].seal()
    assert writes.of("insert", "audit") == 1
    entries = [entry async for entry in trails[0].entries()]
    assert sorted(entry.details["contact"] for entry in entries) == list(range(WRITERS * EACH))
    assert await trails[0].broken() is None


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


async def test_a_trail_from_before_is_the_beginning_of_the_main_chain(store: Store) -> None:
    """As long as processes of the version before write there, too."""
    before, now = Chain(store["audit"], KEY), trail_of(store)
    for n in range(4):
        await before.add([Fact(AT.isoformat(), "clerk", "read", {"contact": n, "about": ["c1"]})])
        await grown(now, 1, first=100 + n)
        await now.seal()
    rows = [row["what"] async for row in store["audit"].find({}).sort("_id", 1)]
    assert rows == ["read", SEALED] * 4
    assert [entry.details["contact"] async for entry in now.entries()] == [0, 1, 2, 3, 100, 101, 102, 103]
    assert (await now.verified()).entries + (await now.chains_verified()).entries == 8
    assert len(await now.seen_by(["c1"])) == 4
    await store["audit"].update_one({"_id": 3}, {"$set": {"who": "nobody"}})
    assert await now.broken() == "entry 3 was changed, taken out or put in"


async def test_a_chain_that_does_not_grow_is_forgotten_until_it_grows_again(store: Store) -> None:
    trail = trail_of(store)
    await grown(trail, 1)
    for _ in range(IDLE_LOOKS + 2):
        await trail.seal()
    assert await store["audit_growing"].count_documents({}) == 0
    assert await store["audit"].count_documents({}) == 1, "nothing has grown since"
    trail._said = float("-inf")  # as a minute later
    await grown(trail, 1)
    assert await trail.seal() == 2
    assert await trail.broken() is None


async def test_a_seal_is_counted_once_it_is_made_and_not_where_the_store_refuses_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = MongoAuditTrail(store, KEY, registry=(registry := CollectorRegistry()))

    def counted() -> float | None:
        return registry.get_sample_value("otm_audit_seals_total")

    await trail.append(datetime.now(UTC), "ann", "looked", {})
    await trail.step()
    await trail.step()  # with nothing new
    assert counted() == 2
    await trail.append(datetime.now(UTC), "ann", "looked", {})

    async def refused(*_: object) -> list[Entry]:
        raise Unavailable("the store takes no writes")

    monkeypatch.setattr(trail._seals, "add", refused)
    with pytest.raises(Unavailable):
        await trail.step()
    assert counted() == 2


@pytest.mark.parametrize("name", SERVICES)
async def test_no_service_can_write_in_the_trail_of_another(
    name: str, tmp_path: Path, mongo_url: str, database: str
) -> None:
    """All of them with the same keyring, and here even in the same store."""
    corner = Corner.made(tmp_path, mongo_url, database)
    services = {each: build(corner, tmp_path) for each, build in SERVICES.items()}
    trails = {each: Inside(service, corner).part(MongoAuditTrail) for each, service in services.items()}
    await grown(trails[name], 2)
    await trails[name].seal()
    for each, other in trails.items():
        assert (await other.broken() is None) == (each == name)
        assert ((await other.chains_verified()).broken is None) == (each == name)
    for service in services.values():
        service.store.close()


async def test_many_entries_at_once_cost_few_writes(store: Store, writes: Writes) -> None:
    trail = trail_of(store)
    entries = await asyncio.gather(*(trail.append(AT, "clerk", "read", {"contact": n}) for n in range(300)))
    assert [entry.number for entry in entries] == list(range(1, 301))
    assert [entry.details["contact"] for entry in entries] == list(range(300))
    assert writes.commands("insert", "audit_written") <= 2
    assert (await trail.chains_verified()).entries == 300


async def looked_at(trail: MongoAuditTrail, most: int) -> list[Verified]:
    """Returns what each look at the chains says, range after range."""
    looks = [await trail.chains_verified(most=most)]
    while not looks[-1].ended:
        looks.append(await trail.chains_verified(str(looks[-1].after), looks[-1].head, most))
    return looks


async def test_ranges_add_up_to_the_whole_and_a_break_is_found_where_it_is(store: Store) -> None:
    trails = [trail_of(store), trail_of(store)]
    ids = sorted([*await grown(trails[0], 5), *await grown(trails[1], 5)])
    looks = await looked_at(trails[0], 4)
    assert [(look.entries, look.after) for look in looks] == [(4, ids[3]), (4, ids[7]), (2, ids[9])]
    assert [look.entries for look in await looked_at(trails[0], 5)] == [5, 5], "no range that looks at nothing"
    assert (await trails[0].chains_verified(ids[3], "f" * 64)).broken, "another entry than the one that was looked at"
    await store["audit_written"].update_one({"_id": ids[8]}, {"$set": {"who": "nobody"}})
    assert [look.broken is None for look in await looked_at(trails[0], 4)] == [True, True, False]
    await store["audit_written"].delete_one({"_id": ids[4]})
    assert [look.broken is None for look in await looked_at(trails[0], 4)] == [True, False]


async def test_one_request_looks_at_a_range_and_says_where_to_ask_on(
    tmp_path: Path, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ENTRIES_LOOKED_AT", 3)
    corner = Corner.made(tmp_path, mongo_url, database)
    async with inside(SERVICES["planner"](corner, tmp_path), corner) as planner, planner.caller("operator") as operator:
        for n in range(2):
            await grown(planner.part(MongoAuditTrail), 2, first=2 * n)
            assert (await operator.post("/v1/operations/audit/seals")).json() == {"after": n + 1}
        for path, ends in ("audit", [2]), ("audit/chains", [3, 1]):
            asked, found, answer = "", list[int](), {"ended": False}
            while not answer["ended"]:
                answer = (await operator.get(f"/v1/operations/{path}?{asked}")).json()
                assert answer["broken"] is None
                found.append(answer["entries"] if "chains" in path else answer["after"])
                asked = f"after={answer['after']}&link={answer['head']}"
            assert found == ends
        assert len((await operator.get("/v1/operations/audit?noted=2")).json()["noted"]) == 64
        for wrong in "audit?link=no", "audit/chains?after=1":
            assert (await operator.get(f"/v1/operations/{wrong}")).status_code == 422
