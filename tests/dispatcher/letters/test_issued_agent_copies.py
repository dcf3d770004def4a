"""Agents of customers who are written to get a copy; it is in the ledger and in no count of communications."""

from pathlib import Path

import pytest

from services.dispatcher.customers.agent import AGENT_FIELDS
from services.dispatcher.own_messages import AllocationDue
from shared.contracts import CommunicationsIssued, DispatchCompleted
from tests.dispatcher.given.agents import COLUMNS, printed_records
from tests.dispatcher.given.auditing import audited
from tests.dispatcher.given.decisions import TUESDAY, approved, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.people import CAMPAIGN, HEADER, file, row
from tests.support.inside import Inside


@pytest.fixture
async def desk(unapproved: Inside, tmp_path: Path) -> Desk:
    """Thirty customers with agents and thirty without, two of each deceased, launched and allocated."""
    desk = Desk(unapproved, tmp_path / "letters")
    await desk.hear.approve(heard(approved(waves=[{"number": 1, "on": "2026-09-07", "size": 100}])))
    rows = [row(n, flags="deceased" if n in (0, 1, 30, 31) else "") | (COLUMNS if n < 30 else {}) for n in range(60)]
    async with unapproved.caller("analyst") as analyst:
        data = file(rows, (*HEADER, *AGENT_FIELDS))
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=data)
    assert answer.status_code == 201, answer.text
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"])))
    await desk.hear.launch(heard(launched()))
    return desk


async def test_only_agents_of_customers_who_are_written_to_get_a_copy_and_no_count_changes(
    desk: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    await send_list(unapproved, "deaths", *(line(n) for n in range(2, 8)))  # found just before issue
    due = await desk.start(TUESDAY)
    await desk.issue(*due, *due)
    ledger = [entry async for entry in unapproved.service.store["communications"].find()]
    expected = {e["_id"] for e in ledger if e["state"] == "issued" and e["row"] <= 30}
    assert 5 < len(expected) < 24, "some are controls, some suppressed late"
    assert {entry["_id"] for entry in ledger if entry.get("copy") == "agent"} == expected
    records = printed_records(tmp_path / "letters" / CAMPAIGN)
    assert {r["letter_reference"] for r in records if r["recipient"] == "agent"} == expected
    issued = [e["_id"] for e in ledger if e["state"] == "issued"]
    assert sorted(r["letter_reference"] for r in records if r["recipient"] == "customer") == sorted(issued)
    assert sum(len(event.communications) for event in desk.spoken.of(CommunicationsIssued)) == len(issued)
    (done,) = desk.spoken.of(DispatchCompleted)
    assert sum(arm.issued for arm in done.arms) == len(issued)
    async with unapproved.caller("operator") as operator:
        audit = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/dispatch/audit")).json()
        story = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/communications/{min(expected)}")).json()
    assert audit["issued"] == {"print": {"communications": len(issued), "agent_copies": len(expected)}}
    assert audit["well"]
    assert story["copy"] == "agent"
    assert await audited(unapproved, tmp_path / "letters") == {}
    await unapproved.service.store["communications"].update_one({"_id": min(expected)}, {"$unset": {"copy": 1}})
    assert await audited(unapproved, tmp_path / "letters") == {"copy-not-in-the-ledger": 1}


async def test_a_copy_for_somebody_who_was_not_written_to_is_found(desk: Desk, unapproved: Inside) -> None:
    await desk.issue(*await desk.start(TUESDAY))
    ledger = unapproved.service.store["communications"]
    await ledger.update_one({"state": "control"}, {"$set": {"copy": "agent"}})
    async with unapproved.caller("operator") as operator:
        audit = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/dispatch/audit")).json()
    assert audit["findings"] == {"copied-but-not-sent": 1}


async def test_no_agent_can_be_read_in_the_store(desk: Desk, unapproved: Inside) -> None:
    await desk.issue(*await desk.start(TUESDAY))
    store = unapproved.service.store
    collections = [store[name] for name in await store.database.list_collection_names()]
    stored_now = "".join([str(document) for collection in collections async for document in collection.find()])
    assert len(stored_now) > 8_000
    assert [value for value in ("Tallowbridge", "Saltmarsh", "ZZ9 1AG") if value in stored_now] == []
