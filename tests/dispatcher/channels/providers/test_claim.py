"""Claims keep a batch in one worker's hands: prolonged while it works, and when one is lost its work is cancelled."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from services.dispatcher.channels.channel import Batch, Deferred
from services.dispatcher.channels.providers import claim as module
from services.dispatcher.channels.providers.claim import chunk_claimed
from services.dispatcher.channels.providers.notify import THREADS
from services.dispatcher.channels.providers.one_by_one import GROUP_SIZE
from services.dispatcher.ledger.ports import SendLedger
from shared.clock import SystemClock
from shared.errors import Unavailable
from tests.dispatcher.given.by_notify import once, sending, until_when
from tests.dispatcher.given.sending import CUSTOMERS
from tests.support.inside import Inside
from tests.support.notify import notify

BATCH = Batch("OTM-26-0001", 1, "notify", datetime.now(UTC), ())


class Ledger:
    """Gives the claim, and answers prolongings one after the other; the last answer for ever."""

    def __init__(self, *answers: bool | Exception) -> None:
        self._answers = list(answers)
        self.prolonged, self.released = 0, False

    async def claim(self, _chunk: str, _owner: str) -> int:
        return 1

    async def release(self, _chunk: str, _owner: str) -> None:
        self.released = True

    async def prolong(self, _chunk: str, _owner: str) -> bool:
        self.prolonged += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def work(ledger: Ledger, until: int | None) -> None:
    """Works under the claim until it was asked for so often; None: for ever."""
    async with asyncio.timeout(20), chunk_claimed(BATCH, cast(SendLedger, ledger), SystemClock()):
        while until is None or ledger.prolonged < until:
            await asyncio.sleep(0.01)


async def test_errors_of_the_store_do_not_end_the_work_while_the_claim_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROLONG_SECONDS", 0.01)
    ledger = Ledger(Unavailable("no answer"), OSError("gone"), True)
    await work(ledger, until=5)
    assert ledger.released


@pytest.mark.parametrize(
    ("answer", "sure"), [(False, 50.0), (Unavailable("no answer"), 0.2)], ids=["taken over", "store away"]
)
async def test_work_is_cancelled_when_its_claim_is_lost_or_cannot_be_prolonged(
    monkeypatch: pytest.MonkeyPatch, answer: bool | Exception, sure: float
) -> None:
    monkeypatch.setattr(module, "PROLONG_SECONDS", 0.01)
    monkeypatch.setattr(module, "SURE_SECONDS", sure)
    ledger = Ledger(answer)
    with pytest.raises(Deferred, match="in other hands"):
        await work(ledger, until=None)
    assert not ledger.released, "what was handed over may still be on its way"


class Sleeping:
    """The ledger, for a process that falls asleep just before it does this for the second time, and wakes up late."""

    def __init__(self, ledger: Any, before: str) -> None:
        self._ledger, self._before = ledger, before
        self._calls = 0
        self.asleep, self.wake = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        done = getattr(self._ledger, name)
        if name != self._before:
            return done

        async def late(*arguments: Any) -> Any:
            self._calls += 1
            if self._calls == 2:
                self.asleep.set()
                await self.wake.wait()
            return await done(*arguments)

        return late


@pytest.mark.parametrize("before", ["prolong", "trying", "results"])
@pytest.mark.parametrize("meanwhile", ["claimed", "sent"])
async def test_a_worker_that_slept_through_its_claim_hands_nothing_over_that_another_has(
    unapproved: Inside, tmp_path: Path, before: str, meanwhile: str
) -> None:
    async with notify() as stand_in:
        slow = await sending(unapproved, tmp_path, stand_in)
        ledger = Sleeping(slow.ledger, before)
        worker = asyncio.create_task(slow.attempt(ledger))
        await asyncio.wait_for(ledger.asleep.wait(), 20)
        await slow.lapse()
        slow.clock.move(minutes=1)  # by then Notify tells what it has
        slow.restarted()
        if meanwhile == "sent":
            await slow.attempt()
        else:  # and no further: the store's filters alone hold the first one back
            assert await slow.ledger.claim(slow.chunk.id, "another")
        known = len(stand_in.notifications)
        ledger.wake.set()
        if before == "results":  # what it knows is true
            await asyncio.wait([worker])
        else:
            with pytest.raises(Deferred):
                await worker
        await slow.lapse()
        slow.clock.move(minutes=1)
        slow.restarted()
        await slow.attempt()
        assert once(stand_in, slow.references())
        assert known == len(slow.references()) or meanwhile == "claimed"
    assert set((await slow.outcomes()).values()) == {"issued"}


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
    monkeypatch.setattr(module, "PROLONG_SECONDS", 0.01)
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
