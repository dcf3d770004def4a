"""Customers who have to wait are judged again before they are written to, and get the words of that day."""

from pathlib import Path

import pytest

from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.contracts import CommunicationsIssued, DispatchCompleted, LinesToTakePublished
from shared.errors import Stale
from tests.dispatcher.given.decisions import TUESDAY, WEDNESDAY
from tests.dispatcher.given.desk import heard
from tests.dispatcher.given.known_customers import approve, line, send_list, writes_to
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.dispatcher.given.waiting import CUSTOMERS, cut_short, dies_once, overtaken, ready, told
from tests.support.inside import Inside
from tests.support.samples import sample


async def another_campaign(dispatcher: Inside) -> str:
    """Approves a campaign to customers 3 and 4, in rows 1 and 2."""
    other = await approve(dispatcher, "OTM-26-0077")
    async with dispatcher.caller("analyst") as analyst:
        await analyst.put(f"/v1/campaigns/{other}/population", content=file([row(n) for n in (3, 4)]))
    return other


async def test_a_chunk_that_waits_for_room_at_the_printer_is_judged_on_the_day_it_goes(
    dispatcher: Inside, tmp_path: Path
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "print", print_limits={"a_day": CUSTOMERS})
    await desk.store["usage"].insert_one({"_id": f"print:{TUESDAY.date()}", "used": CUSTOMERS})
    await desk.issue(chunk)
    assert (desk.printed(), await desk.ledger()) == ([], {})
    await dies_once(dispatcher, 7)
    await desk.hear.publish_lines(heard(sample(LinesToTakePublished, version=2)))
    desk.clock.instant = WEDNESDAY
    assert await desk.deferred() == [chunk]
    await desk.issue(chunk)
    assert "Gwenllian Ap Rhys 7" not in desk.printed()
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert told(event) == (CUSTOMERS - 1, 2, 2, WEDNESDAY.day)
    assert [(tally.reason, tally.count) for tally in event.suppressed_late] == [("deceased", 1)]
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "suppressed-late"): 1}


async def test_a_chunk_whose_customers_are_all_suppressed_late_is_said(dispatcher: Inside, tmp_path: Path) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "print")
    await send_list(dispatcher, "deaths", *(line(n) for n in range(CUSTOMERS)))
    dispatcher.part(MongoSuppressions).look_anew()
    await desk.issue(chunk)
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert (event.communications, event.suppressed_late[0].count) == ((), CUSTOMERS)
    assert len(desk.spoken.of(DispatchCompleted)) == 1
    assert desk.printed() == []


async def test_of_two_campaigns_that_write_to_a_customer_at_the_same_moment_one_does(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one notes its letters after this one looked for such notes."""
    desk, chunk = await ready(dispatcher, tmp_path, "print")
    other = await another_campaign(dispatcher)
    await overtaken(desk, chunk, monkeypatch, lambda: writes_to(dispatcher, other, (1,), desk.clock.now()))
    assert desk.printed() == []
    with pytest.raises(Stale):
        await writes_to(dispatcher, CAMPAIGN, (4,), desk.clock.now())
    await desk.issue(chunk)
    assert "Gwenllian Ap Rhys 3" not in desk.printed()
    assert len(desk.printed()) == CUSTOMERS - 1
    with pytest.raises(Stale):
        await writes_to(dispatcher, other, (2,), desk.clock.now())
    assert (await desk.campaign()).status is Status.GO


async def test_a_worker_that_dies_between_note_and_settlement_leaves_its_customers_to_its_own_campaign(
    dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "print")
    other = await another_campaign(dispatcher)
    await cut_short(desk, chunk, monkeypatch, "keep_settlement")
    with pytest.raises(Stale):
        await writes_to(dispatcher, other, (1,), desk.clock.now())
    assert desk.printed() == []
    await desk.issue(chunk)
    assert len(desk.printed()) == CUSTOMERS
    assert await desk.store["last_contacted"].count_documents({"campaign": CAMPAIGN}) == CUSTOMERS
