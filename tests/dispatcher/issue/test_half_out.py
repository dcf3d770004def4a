"""A chunk that goes out one by one, and of which some have got theirs and others have to wait."""

from pathlib import Path
from typing import Any

import pytest

from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.ledger.entry import Result
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.contracts import CommunicationsIssued, DispatchCompleted, LinesToTakePublished
from shared.errors import Stale
from tests.dispatcher.given.decisions import TUESDAY, WEDNESDAY
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import approve, load_of, writes_to
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.dispatcher.given.waiting import CUSTOMERS, cut_short, dies_once, overtaken, plan, ready, smtp, told
from tests.support.inside import Inside
from tests.support.samples import sample
from tests.support.smtp import PostOffice


async def half_out(desk: Desk, chunk: int, office: PostOffice) -> list[str]:
    """The daily limit lets one group through; gives who has not got their e-mail, in order."""
    await desk.issue(chunk)
    assert len(office.messages) == GROUP_SIZE
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert len(event.communications) == GROUP_SIZE, "whoever has got theirs may ring at once"
    got = {message["To"] for message in office.messages}
    desk.clock.instant = WEDNESDAY
    return sorted({f"c{n}@example.org" for n in range(CUSTOMERS)} - got)


@pytest.mark.parametrize("dies_before", ["", "settle", "withdraw", "reword", "record"])
async def test_of_a_chunk_that_is_half_out_the_rest_is_judged_again_and_reworded_whatever_dies(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch, dies_before: str
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office, a_day=GROUP_SIZE))
    left = await half_out(desk, chunk, office)
    dead = int(left[0].removeprefix("c").partition("@")[0])
    await dies_once(dispatcher, dead)
    await desk.hear.approve(heard(plan("email", 3, "Corrected")))
    await desk.hear.publish_lines(heard(sample(LinesToTakePublished, version=2)))
    if dies_before:
        await cut_short(desk, chunk, monkeypatch, dies_before)
    await desk.issue(chunk)
    later = office.messages[GROUP_SIZE:]
    assert sorted(message["To"] for message in later) == left[1:]
    assert {message["Subject"] for message in later} == {"Corrected"}
    first, second = desk.spoken.of(CommunicationsIssued)
    assert told(first) == (GROUP_SIZE, 2, 1, TUESDAY.day)
    assert told(second) == (GROUP_SIZE - 1, 3, 2, WEDNESDAY.day)
    assert (first.suppressed_late, second.suppressed_late[0].count) == ((), 1)
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "suppressed-late"): 1}
    await desk.store["chunks"].update_one({"_id": f"{CAMPAIGN}:{chunk:06d}"}, {"$unset": {"said": ""}})
    (again,) = [said.events async for said in desk.dispatch.issue_chunk(CAMPAIGN, chunk)]
    assert again == [first, second]
    assert len(desk.spoken.of(DispatchCompleted)) == 1


async def test_a_customer_settled_and_not_recorded_before_a_crash_is_judged_again(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office))
    await cut_short(desk, chunk, monkeypatch, before="record")
    await dies_once(dispatcher, 7)
    await desk.issue(chunk)
    assert "c7@example.org" not in {message["To"] for message in office.messages}
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "suppressed-late"): 1}


async def test_nobody_is_left_out_when_only_some_of_a_chunk_were_recorded(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office))
    await cut_short(desk, chunk, monkeypatch, before="trying")
    await desk.store["communications"].delete_many({"row": {"$gt": 5}})  # as a store that fails half way leaves it
    await desk.issue(chunk)
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS}
    assert len({message["To"] for message in office.messages}) == CUSTOMERS


async def test_an_older_judgement_sends_nothing(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between one worker's look at the chunk and its claim, another judges it again and sends what is left."""
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office, a_day=GROUP_SIZE))
    left = await half_out(desk, chunk, office)
    await dies_once(dispatcher, int(left[0].removeprefix("c").partition("@")[0]))
    claim = MongoDispatch.claim

    async def overtaken(*arguments: Any) -> Any:
        monkeypatch.undo()
        await desk.issue(chunk)
        return await claim(*arguments)

    monkeypatch.setattr(MongoDispatch, "claim", overtaken)
    with pytest.raises(Stale):
        await desk.issue(chunk)
    await desk.issue(chunk)
    assert sorted(message["To"] for message in office.messages[GROUP_SIZE:]) == left[1:]
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "suppressed-late"): 1}


async def test_a_chunk_that_is_half_out_stays_with_its_channel_whatever_a_newer_plan_says(
    dispatcher: Inside, tmp_path: Path, office: PostOffice
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office, a_day=GROUP_SIZE))
    left = await half_out(desk, chunk, office)
    await desk.hear.approve(heard(plan("print", 3)))
    await desk.issue(chunk)
    assert sorted(message["To"] for message in office.messages[GROUP_SIZE:]) == left
    assert desk.printed() == []
    assert {event.plan_version for event in desk.spoken.of(CommunicationsIssued)} == {2}


async def test_a_mailbox_that_is_full_waits_alone_and_not_for_ever(
    dispatcher: Inside, tmp_path: Path, office: PostOffice
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office, a_day=CUSTOMERS + 3))
    office.full = {"c3@example.org", "c30@example.org"}
    await desk.issue(chunk)
    assert len(office.messages) == CUSTOMERS - 2
    assert [len(event.communications) for event in desk.spoken.of(CommunicationsIssued)] == [CUSTOMERS - 2]
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 2, ("plain", "planned"): 2}
    for _ in range(5):  # what did not go out does not count towards the limit of the day
        await desk.issue(chunk)
        assert await desk.deferred() == [], "too early"
        desk.clock.move(minutes=15)
        assert await desk.deferred() == [chunk]
        await desk.issue(chunk)
    office.full = {"c3@example.org"}
    desk.clock.move(minutes=20)
    await desk.issue(chunk)
    assert len(office.messages) == CUSTOMERS - 1
    desk.clock.move(days=6)  # beyond a weekend
    await desk.issue(chunk)
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "failed"): 1}
    failed = [(tally.reason, tally.count) for event in desk.spoken.of(CommunicationsIssued) for tally in event.failed]
    assert failed == [("unreachable", 1)]


async def test_a_customer_written_to_long_after_the_chunk_began_is_left_alone_from_that_day_on(
    dispatcher: Inside, tmp_path: Path, office: PostOffice
) -> None:
    """A campaign was paused half way through a chunk, for longer than others leave its customers alone."""
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office, a_day=GROUP_SIZE))
    left = await half_out(desk, chunk, office)
    desk.clock.move(days=42)
    await desk.issue(chunk)
    assert len(office.messages) == CUSTOMERS
    other = await approve(dispatcher, "OTM-26-0077")
    numbers = [int(address.removeprefix("c").partition("@")[0]) for address in left]
    async with dispatcher.caller("analyst") as analyst:
        await analyst.put(f"/v1/campaigns/{other}/population", content=file([row(n) for n in numbers]))
    suppressions, load = dispatcher.part(MongoSuppressions), await load_of(dispatcher, other)
    seen = await suppressions.late(other, load, range(1, len(left) + 1), desk.clock.instant)
    assert set(seen.values()) == {"recently-contacted"}
    assert len(seen) == len(left)
    with pytest.raises(Stale):
        await writes_to(dispatcher, other, (1,), desk.clock.now())


async def test_a_customer_contacted_by_another_campaign_while_the_chunk_waited_is_left_alone(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one notes its letter in the moment in which those who wait are judged again."""
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office, a_day=GROUP_SIZE))
    left = await half_out(desk, chunk, office)
    desk.clock.move(days=42)
    other = await approve(dispatcher, "OTM-26-0077")
    number = int(left[0].removeprefix("c").partition("@")[0])
    async with dispatcher.caller("analyst") as analyst:
        await analyst.put(f"/v1/campaigns/{other}/population", content=file([row(number)]))
    await overtaken(desk, chunk, monkeypatch, lambda: writes_to(dispatcher, other, (1,), desk.clock.now()))
    await desk.issue(chunk)
    assert sorted(message["To"] for message in office.messages[GROUP_SIZE:]) == left[1:]
    assert await desk.ledger() == {("plain", "issued"): CUSTOMERS - 1, ("plain", "suppressed-late"): 1}


async def test_a_chunk_put_together_by_another_worker_just_now_is_said_as_that_worker_says_it(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some results of a group are in the ledger when another worker, who got the chunk a second time, looks."""
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office, a_day=GROUP_SIZE))
    results = MongoDispatch.results

    async def half_way(ledger: MongoDispatch, found: list[Result], *arguments: Any) -> None:
        monkeypatch.undo()
        await results(ledger, found[:7], *arguments)
        await desk.issue(chunk)
        await results(ledger, found[7:], *arguments)

    monkeypatch.setattr(MongoDispatch, "results", half_way)
    await desk.issue(chunk)
    (event,) = desk.spoken.of(CommunicationsIssued)
    assert len(event.communications) == GROUP_SIZE
