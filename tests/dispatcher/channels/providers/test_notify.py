"""GOV.UK Notify gets each communication once, through every failure, and the ledger has the result."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from services.dispatcher.channels.channel import Deferred, Halted
from services.dispatcher.channels.providers import claim as turn
from services.dispatcher.channels.providers.notify import THREADS
from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from services.dispatcher.ledger.delivery import DeliveryReport
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


async def until_when(by_notify: Sending) -> tuple[timedelta, str]:
    """Sends; returns after how long there is more to do, and why."""
    with pytest.raises(Deferred) as deferred:
        await by_notify.send()
    return deferred.value.until - by_notify.clock.now(), deferred.value.message


async def test_a_crash_before_anything_is_handed_over_leaves_no_doubt(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        with pytest.raises(Killed):
            await by_notify.send("trying")
        by_notify.restarted()
        await by_notify.send()
    assert once(stand_in, by_notify.references())


async def test_notify_is_asked_half_a_minute_after_a_crash_and_the_others_do_not_wait(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        with pytest.raises(Killed):
            await by_notify.send("results")
        by_notify.restarted()
        assert await until_when(by_notify) == (timedelta(seconds=30), f"{GROUP_SIZE} in doubt")
        assert once(stand_in, by_notify.references())
        by_notify.clock.move(seconds=30)
        await by_notify.send()
    assert once(stand_in, by_notify.references())
    assert set((await by_notify.outcomes()).values()) == {"issued"}


@pytest.mark.parametrize("found_after", [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3)])
async def test_what_notify_finds_only_later_is_not_sent_again(
    unapproved: Inside, tmp_path: Path, found_after: timedelta
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        stand_in.lose_next = 3
        await until_when(by_notify)
        before = by_notify.clock.now()
        kept, stand_in.notifications = stand_in.notifications, []
        by_notify.clock.move(seconds=30)
        await until_when(by_notify)
        stand_in.notifications += kept
        by_notify.clock.instant = before + found_after
        await by_notify.send()
    assert once(stand_in, by_notify.references())
    assert set((await by_notify.outcomes()).values()) == {"issued"}


async def test_what_notify_never_finds_is_a_persons_and_has_failed_after_six_days(
    unapproved: Inside, tmp_path: Path
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        by_notify.clock.move(days=30)  # in hand for long: only the try counts
        with pytest.raises(Killed):
            await by_notify.send("results")
        stand_in.notifications.clear()
        by_notify.restarted()
        looks = []
        for minutes in (0, 0.5, 4.5, 25, 60, 6 * 24 * 60 - 91):
            by_notify.clock.move(minutes=minutes)
            looks.append((await until_when(by_notify))[0] / timedelta(minutes=1))
        assert looks == [0.5, 4.5, 25, 60, 60, 60]
        assert (await until_when(by_notify))[1] == f"{GROUP_SIZE} unconfirmed: otm dispatch unconfirmed OTM-26-0042"
        by_notify.clock.move(minutes=60)
        await by_notify.send()
    outcomes = await by_notify.outcomes()
    assert {outcomes[reference] for reference in by_notify.references()[:GROUP_SIZE]} == {"unconfirmed"}
    assert once(stand_in, by_notify.references()[GROUP_SIZE:]), "nobody was sent it again"


async def test_a_receipt_settles_what_notify_does_not_find(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        stand_in.lose_next = 1
        await until_when(by_notify)
        (lost,) = [reference for reference, outcome in (await by_notify.outcomes()).items() if outcome == "planned"
                   and stand_in.of(reference)]  # fmt: skip
        stand_in.notifications.clear()
        report = DeliveryReport(lost, "delivered", by_notify.clock.now(), "notify", provider_id="n-1")
        await by_notify.ledger.report("OTM-26-0042", report)
        by_notify.clock.move(minutes=1)
        await by_notify.send()
    entry = await by_notify.ledger.entry("OTM-26-0042", lost)
    assert (entry["state"], entry["delivery"], entry["provider_id"]) == ("issued", "delivered", "n-1")


async def test_a_communication_that_notify_has_twice_is_an_alarm(unapproved: Inside, tmp_path: Path) -> None:
    registry = CollectorRegistry()
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        by_notify.restarted(registry, **settings(stand_in))
        stand_in.lose_next = 1
        await until_when(by_notify)
        stand_in.notifications += [dict(notification) for notification in stand_in.notifications]
        by_notify.clock.move(minutes=1)
        await by_notify.send()
    assert registry.get_sample_value("otm_dispatch_twice_total", {"channel": "email"}) == 1
    assert set((await by_notify.outcomes()).values()) == {"issued"}


async def test_an_outage_leaves_one_group_in_doubt_and_then_one_at_each_try(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        waits = []
        for size in (GROUP_SIZE, 1, 1):
            stand_in.fail_next.extend([500] * size)
            waits.append((await until_when(by_notify))[0])
            assert not stand_in.fail_next
            calls = stand_in.calls
            await until_when(by_notify)  # too early
            assert stand_in.calls == calls
            by_notify.clock.move(seconds=waits[-1].total_seconds())
        assert waits == sorted(waits)
        assert waits[0] < waits[-1]
        assert "in doubt" in (await until_when(by_notify))[1]
    assert once(stand_in, by_notify.references()[GROUP_SIZE + 2 :])


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_what_notify_refuses_for_the_moment_is_in_no_doubt(
    unapproved: Inside, tmp_path: Path, status: int
) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        stand_in.fail_next.extend([status] * GROUP_SIZE)
        await until_when(by_notify)
        by_notify.clock.move(minutes=1)
        await by_notify.send()
    assert once(stand_in, by_notify.references())


async def test_what_never_reached_notify_is_in_no_doubt(unapproved: Inside, tmp_path: Path) -> None:
    async with notify() as stand_in:
        by_notify = await sending(unapproved, tmp_path, stand_in)
        by_notify.restarted(**settings(stand_in, base_url="http://127.0.0.1:1"))
        await until_when(by_notify)
        by_notify.restarted(**settings(stand_in))
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
        await until_when(by_notify)
        by_notify.clock.move(seconds=30)
        assert (await until_when(by_notify))[1] == f"{GROUP_SIZE - THREADS} in doubt", "they were not begun"
    taken = [notification["reference"] for notification in stand_in.notifications]
    assert len(set(taken)) == len(taken) == CUSTOMERS - GROUP_SIZE + THREADS


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
