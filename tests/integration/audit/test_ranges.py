"""An audit trail is looked at in ranges that go on from one another, by code and by requests."""

from pathlib import Path

import pytest

from shared.storage.audit.trail import MongoAuditTrail
from shared.storage.store import Store
from shared.trail import Verified
from shared.web import operations
from tests.integration.audit.given import grown, trail_of
from tests.support.apps import SERVICES
from tests.support.inside import Corner, inside


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
