"""Processes write the audit trail each in a chain of its own, in nobody's way and for their own service alone."""

import asyncio
from pathlib import Path

import pytest

from shared.storage.audit.chain import Chain, Fact
from shared.storage.audit.looking import SEALED
from shared.storage.audit.trail import MongoAuditTrail
from shared.storage.store import Store
from tests.integration.audit.given import AT, KEY, grown, trail_of
from tests.support.apps import SERVICES
from tests.support.inside import Corner, Inside
from tests.support.writes import Writes

WRITERS, EACH = 16, 40


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
