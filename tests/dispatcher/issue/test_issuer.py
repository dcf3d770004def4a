"""Issue from an allocated population to the last letter on the real store, through pauses and repeats."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.dispatcher.own_messages import AllocationDue, ChunkDue
from services.dispatcher.schedule import chunk
from shared.contracts import (
    CampaignPaused,
    CampaignResumed,
    CampaignSlowed,
    CampaignStopped,
    CommunicationsIssued,
    DispatchCompleted,
)
from shared.errors import Conflict
from tests.dispatcher.given.desk import BEFORE, Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.samples import sample

CUSTOMERS, SUPPRESSED = 60, 2
LAUNCH, NEXT_DAY = NOON, NOON + timedelta(days=1)


@pytest.fixture
async def desk(dispatcher: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A campaign with 60 customers, two of them suppressed, allocated and cut into chunks of at most ten."""
    monkeypatch.setattr(chunk, "CHUNK_SIZE", 10)
    rows = [row(n, flags="deceased" if n < SUPPRESSED else "") for n in range(CUSTOMERS)] + [row(99, name="")]
    rows[7] |= {"flags": "extra-support"}
    rows[20] |= {"flags": "extra-support;large-print"}
    async with dispatcher.caller("analyst") as analyst:
        loaded = (await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=file(rows))).json()
    desk = Desk(dispatcher, tmp_path / "letters")
    for _ in range(2):  # the event comes twice
        await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=loaded["load"])))
    return desk


async def test_every_customer_is_in_the_ledger_once_and_no_control_is_written_to(desk: Desk) -> None:
    due = await desk.start(NEXT_DAY)
    assert due == list(range(1, len(due) + 1))
    await desk.issue(*due, *reversed(due))  # every one of them comes twice
    ledger = await desk.ledger()
    assert ledger.total() == CUSTOMERS - SUPPRESSED
    assert set(ledger) == {("control", "control"), ("plain", "issued")}
    assert abs(2 * ledger["control", "control"] - ledger["plain", "issued"]) <= 2  # one to two, to within a block
    printed = desk.printed()
    assert len(printed) == len(set(printed)) == ledger["plain", "issued"]
    issued = desk.spoken.of(CommunicationsIssued)
    assert [event.chunk for event in issued] == due
    assert sum(len(event.communications) for event in issued) == len(printed)
    assert len({event.issued_at for event in issued}) == len(due)


async def test_extra_support_is_said_with_the_letter_as_often_as_the_letter_is_said(desk: Desk) -> None:
    said = set()
    for number in await desk.start(NEXT_DAY + timedelta(microseconds=123_456)):  # the store keeps milliseconds
        first, again = [[said.events async for said in desk.dispatch.issue_chunk(CAMPAIGN, number)] for _ in range(2)]
        assert again == first
        said |= {each.reference for (event,) in first for each in event.communications if each.extra_support}
    needing = [row + 1 for row in (7, 20)]
    written = [
        entry["_id"] async for entry in desk.store["communications"].find({"row": {"$in": needing}, "state": "issued"})
    ]
    assert written
    assert said == set(written)


async def test_each_wave_goes_out_on_its_own_day(desk: Desk) -> None:
    assert await desk.start(BEFORE) == []
    first = await desk.start(LAUNCH)
    assert await desk.start(LAUNCH + timedelta(hours=3)) == []
    await desk.issue(*first)
    assert len(desk.printed()) == 20  # the size of the first wave
    await desk.issue(*await desk.start(NEXT_DAY))
    assert (await desk.ledger()).total() == CUSTOMERS - SUPPRESSED


async def test_a_wave_that_two_replicas_find_due_is_started_by_one(desk: Desk) -> None:
    seen = await desk.campaign()  # by both, before either starts it
    await desk.repository.start_wave(seen, 1, LAUNCH, [])
    with pytest.raises(Conflict):
        await desk.repository.start_wave(seen, 1, LAUNCH + timedelta(seconds=1), [])
    assert [wave.started_at for wave in (await desk.campaign()).waves][:2] == [LAUNCH, None]


async def test_when_the_last_chunk_is_out_the_sums_are_said_once_and_they_tally(desk: Desk) -> None:
    due = await desk.start(NEXT_DAY)
    for number in due:
        assert not desk.spoken.of(DispatchCompleted)
        await desk.issue(number)
    await desk.issue(due[-1])
    (completed,) = desk.spoken.of(DispatchCompleted)
    assert (completed.rows, completed.rejected, completed.suppressed) == (CUSTOMERS + 1, 1, SUPPRESSED)
    assert sum(arm.assigned for arm in completed.arms) == CUSTOMERS - SUPPRESSED
    control, plain = completed.arms
    assert (control.issued, plain.issued) == (0, plain.assigned)


async def test_a_pause_holds_every_chunk_that_is_not_out_and_a_resumption_makes_just_those_due(desk: Desk) -> None:
    due = await desk.start(NEXT_DAY)
    await desk.issue(due[0])
    await desk.decided(sample(CampaignPaused))
    await desk.issue(*due[1:])
    assert 0 < len(desk.printed()) <= 10
    await desk.decided(sample(CampaignResumed))
    assert [again.chunk for again in desk.spoken.of(ChunkDue)] == due[1:]
    await desk.issue(*due[1:])
    assert len(desk.spoken.of(DispatchCompleted)) == 1


async def test_a_chunk_that_still_waits_when_it_is_made_due_again_is_said_once(desk: Desk) -> None:
    due = await desk.start(NEXT_DAY)
    await desk.decided(sample(CampaignPaused))
    await desk.decided(sample(CampaignResumed))
    assert [again.chunk for again in desk.spoken.of(ChunkDue)] == due
    await desk.issue(*due)
    said = desk.spoken.times
    assert len(desk.spoken.of(DispatchCompleted)) == 1
    await desk.issue(*due)
    assert desk.spoken.times == said


async def test_a_resumption_that_comes_again_later_says_the_same_of_what_is_left(desk: Desk) -> None:
    due = await desk.start(NEXT_DAY)
    await desk.decided(sample(CampaignPaused))
    resumed = heard(sample(CampaignResumed))
    await desk.hear.resume(resumed)
    await desk.issue(due[0])
    await desk.hear.resume(resumed)
    assert [again.chunk for again in desk.spoken.of(ChunkDue)] == due


async def test_decisions_count_in_the_order_they_were_made_in_and_a_stop_is_for_good(desk: Desk) -> None:
    due = await desk.start(NEXT_DAY)
    paused, resumed, stopped = sample(CampaignPaused), sample(CampaignResumed), sample(CampaignStopped)
    await desk.decided(resumed)
    await desk.decided(paused)  # decided before, heard after
    await desk.issue(due[0])
    assert desk.printed()
    await desk.decided(stopped)
    late = stopped.decided_at + timedelta(days=1)
    await desk.decided(resumed.model_copy(update={"decided_at": late}))
    before = await desk.ledger()
    await desk.issue(*due[1:])
    assert await desk.ledger() == before


async def test_a_slowed_campaign_issues_no_more_than_its_limit_a_day_and_goes_on_the_next(desk: Desk) -> None:
    first = await desk.start(LAUNCH)
    await desk.decided(sample(CampaignSlowed, campaign=CAMPAIGN, daily_limit=10, version=50))
    await desk.issue(*first, *first)  # each comes twice
    assert 0 < len(desk.printed()) <= 10
    assert await desk.deferred() == []
    so_far = len(desk.printed())
    desk.clock.instant = NEXT_DAY
    again = await desk.deferred()
    assert again
    await desk.issue(*again)
    assert so_far < len(desk.printed()) <= 20


async def test_a_limit_that_was_lifted_or_heard_before_a_later_one_holds_no_chunk_back(desk: Desk) -> None:
    first = await desk.start(LAUNCH)
    lifted = sample(CampaignSlowed, campaign=CAMPAIGN, daily_limit=None, version=51)
    for decision in (lifted, sample(CampaignSlowed, campaign=CAMPAIGN, daily_limit=1, version=50)):
        await desk.decided(decision)
    await desk.issue(*first)
    assert len(desk.printed()) == 20


async def test_what_went_out_before_the_campaign_was_slowed_counts_for_the_day(desk: Desk) -> None:
    first = await desk.start(LAUNCH)
    await desk.issue(first[0])
    before = len(desk.printed())
    assert before
    await desk.decided(sample(CampaignSlowed, campaign=CAMPAIGN, daily_limit=before, version=50))
    await desk.issue(*first[1:])
    assert len(desk.printed()) == before


async def test_a_chunk_larger_than_the_limit_waits_until_as_many_days_without_any_went_by_as_it_takes_up(
    desk: Desk,
) -> None:
    first = await desk.start(LAUNCH)
    await desk.issue(first[0])
    before = len(desk.printed())
    await desk.decided(sample(CampaignSlowed, campaign=CAMPAIGN, daily_limit=-(-before // 2), version=50))
    await desk.issue(*first[1:])
    desk.clock.instant = NEXT_DAY
    await desk.issue(*await desk.deferred())
    assert len(desk.printed()) == before
    desk.clock.instant = NEXT_DAY + timedelta(days=3)
    again = await desk.deferred()
    await desk.issue(*again, *again)
    so_far = len(desk.printed())
    assert before < so_far <= before + 10
    desk.clock.instant = NEXT_DAY + timedelta(days=4)
    await desk.issue(*await desk.deferred())
    assert len(desk.printed()) == so_far
