"""GOV.UK Notify gets each communication once, through every failure, and the ledger has the result."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.dispatcher.channels import claim as turn
from services.dispatcher.channels.channel import Deferred, Halted
from services.dispatcher.channels.notify import THREADS
from services.dispatcher.channels.one_by_one import GROUP_SIZE
from tests.dispatcher.given.sending import CUSTOMERS, Killed, Sending
from tests.support.inside import Inside
from tests.support.notify import API_KEY, TEMPLATES, NotifyStandIn, notify


def settings(stand_in: NotifyStandIn, **further: Any) -> dict[str, Any]:
    templates: dict[str, Any] = {"letter_template": TEMPLATES["letter"], "email_template": TEMPLATES["email"],
                 "text_template": TEMPLATES["sms"]}  # fmt: skip
    return {"notify": {"api_key": API_KEY, "base_url": stand_in.url} | templates | further}


async def sending(
    dispatcher: Inside, folder: Path, stand_in: NotifyStandIn, kind: str = "email", people: Any = None, **further: Any
) -> Sending:
    return await Sending(dispatcher, folder, kind, people, **settings(stand_in, **further)).recorded()


def once(stand_in: NotifyStandIn, references: list[str]) -> bool:
    return Counter(n["reference"] for n in stand_in.notifications) == Counter(references)


@pytest.mark.parametrize("kind", ["letter", "email", "text"])
async def test_each_is_handed_over_once_with_all_that_its_template_asks_for(
    unapproved: Inside, tmp_path: Path, kind: str
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in, kind)
        await by_notify.send()
        await by_notify.send()
    assert once(stand_in, by_notify.references())
    assert set((await by_notify.outcomes()).values()) == {"issued"}
    (body,) = [b["personalisation"] for b in stand_in.bodies if b["reference"] == by_notify.references()[0]]
    assert by_notify.references()[0] in body["body"]
    assert kind != "letter" or body["address_line_1"] == "Gwenllian Ap Rhys"
    entry = await by_notify.ledger.entry("OTM-26-0042", by_notify.references()[0])
    assert entry["provider_id"] == stand_in.of(by_notify.references()[0])[0]["id"]
    assert entry["delivery"] == "accepted"


async def test_a_communication_refused_for_good_has_failed_with_the_reason_and_the_rest_is_issued(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in, people={3: {"email": "nobody"}, 7: {"email": ""}})
        await by_notify.send()
    outcomes = await by_notify.outcomes()
    assert Counter(outcomes.values()) == {"issued": CUSTOMERS - 2, "invalid": 2}
    assert {outcomes[reference] for reference in by_notify.references([3, 7])} == {"invalid"}


async def test_a_wrong_template_is_our_fault_and_nobody_goes_without_by_it(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in, email_template=str(uuid4()))
        with pytest.raises(Deferred, match="as we are set up: BadRequestError"):
            await by_notify.send()
        assert set((await by_notify.outcomes()).values()) == {"planned"}
        by_notify.restarted(**settings(stand_in))
        await by_notify.send()
    assert once(stand_in, by_notify.references())


@pytest.mark.parametrize("die_before", ["trying", "results"])
async def test_a_crash_on_the_way_makes_nobody_get_it_twice(
    unapproved: Inside, tmp_path: Path, die_before: str
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        with pytest.raises(Killed):
            await by_notify.send(die_before)
        assert len(stand_in.notifications) == (GROUP_SIZE if die_before == "results" else 0)
        by_notify.restarted()
        await by_notify.send()
    assert once(stand_in, by_notify.references())
    assert set((await by_notify.outcomes()).values()) == {"issued"}


async def test_an_answer_that_got_lost_is_asked_for_before_anything_is_sent_again(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        stand_in.lose_next = 3
        with pytest.raises(Deferred):
            await by_notify.send()
        by_notify.clock.move(minutes=20)
        await by_notify.send()
    assert once(stand_in, by_notify.references())


async def test_a_failing_provider_is_left_alone_for_longer_and_longer(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        waits = []
        for _ in range(3):
            stand_in.fail_next.extend([503] * GROUP_SIZE)
            with pytest.raises(Deferred) as failed:
                await by_notify.send()
            waits.append(failed.value.until - by_notify.clock.now())
            calls = stand_in.calls
            with pytest.raises(Deferred):
                await by_notify.send()  # too early
            assert stand_in.calls == calls
            by_notify.clock.instant = failed.value.until
        assert waits == sorted(waits)
        assert waits[0] < waits[-1]
        await by_notify.send()
    assert once(stand_in, by_notify.references())


@pytest.mark.parametrize(("limit", "wait"), [("a_minute", timedelta(minutes=1)), ("a_day", timedelta(hours=12))])
async def test_our_own_limits_and_theirs_make_the_rest_wait(
    unapproved: Inside, tmp_path: Path, limit: str, wait: timedelta
) -> None:
    async with notify() as stand_in:
        ours = await sending(unapproved, tmp_path, stand_in, email={limit: GROUP_SIZE + 5})
        with pytest.raises(Deferred) as deferred:
            await ours.send()
        assert len(stand_in.notifications) == GROUP_SIZE
        assert deferred.value.until - ours.clock.now() == wait
        ours.clock.instant = deferred.value.until
        setattr(stand_in, limit, 2 * GROUP_SIZE)
        with pytest.raises(Deferred):
            await ours.send()
        ours.clock.move(days=1)
        setattr(stand_in, limit, 1_000_000)
        await ours.send()
    assert once(stand_in, ours.references())


async def test_a_pause_takes_effect_between_two_groups(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        by_notify.looks = 1  # before the first group
        with pytest.raises(Halted):
            await by_notify.send()
        assert len(stand_in.notifications) == GROUP_SIZE
        by_notify.looks = 1_000_000
        await by_notify.send()
    assert once(stand_in, by_notify.references())


async def test_two_workers_with_the_same_chunk_do_not_both_send_it(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        assert await by_notify.ledger.claim(by_notify.chunk.id, "the other")
        with pytest.raises(Deferred):
            await by_notify.send()
    assert stand_in.calls == 0


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not reached():
            await asyncio.sleep(0.01)


async def test_a_cancelled_workers_hand_over_is_waited_for_before_another_asks(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        stand_in.hold_next = THREADS
        worker = asyncio.create_task(by_notify.attempt())
        await until(lambda: stand_in.hold_next == 0)
        worker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await worker
        by_notify.restarted()
        with pytest.raises(Deferred, match="in other hands"):
            await by_notify.attempt()
        stand_in.held.set()
        await until(lambda: len(stand_in.notifications) == THREADS)
        await by_notify.lapse()
        by_notify.restarted()
        await by_notify.attempt()
    assert once(stand_in, by_notify.references())


async def test_the_claim_does_not_lapse_however_slow_a_group_is(
    unapproved: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "PROLONG_SECONDS", 0.01)
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        stand_in.hold_next = 1
        worker = asyncio.create_task(by_notify.attempt())
        await until(lambda: stand_in.hold_next == 0)

        async def claimed_until() -> datetime:
            found: datetime = (await by_notify.store["chunks"].distinct("claimed_until"))[0]
            return found

        first = await claimed_until()
        async with asyncio.timeout(20):
            while await claimed_until() <= first:
                await asyncio.sleep(0.01)
        stand_in.held.set()
        await worker
    assert once(stand_in, by_notify.references())


@pytest.mark.parametrize(("days", "outcome"), [(5, "issued"), (7, "unconfirmed")])
async def test_a_communication_that_notify_may_have_forgotten_is_not_sent_again(
    unapproved: Inside, tmp_path: Path, days: int, outcome: str
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        by_notify.clock.move(days=30)  # in hand for long: only the try counts
        with pytest.raises(Killed):
            await by_notify.send("results")
        stand_in.notifications.clear()
        by_notify.clock.move(days=days)
        by_notify.restarted()
        await by_notify.send()
    outcomes = await by_notify.outcomes()
    assert {outcomes[reference] for reference in by_notify.references()[:GROUP_SIZE]} == {outcome}
    assert {outcomes[reference] for reference in by_notify.references()[GROUP_SIZE:]} == {"issued"}
