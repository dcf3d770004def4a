"""Communications that Notify may have taken are in doubt until it, a receipt or time says; none is sent twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from services.dispatcher.ledger.delivery import DeliveryReport
from tests.dispatcher.given.by_notify import once, sending, settings, until_when
from tests.dispatcher.given.sending import Killed
from tests.support.inside import Inside
from tests.support.notify import notify


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
