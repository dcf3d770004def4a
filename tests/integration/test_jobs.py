"""Work that a service does by itself: on and on, by one replica, through errors, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.running import jobs
from shared.running.jobs import Job
from shared.storage import lease as leases
from shared.storage.lease import Lease
from shared.storage.store import Store

WITHIN = 20  # seconds: far more than any of this takes


class Mine:
    """A turn that is always this job's, until it is given back."""

    given_back = False

    async def held(self) -> bool:
        return True

    async def release(self) -> None:
        self.given_back = True


class Steps:
    """Calls of a step, one outcome after the other; the last one for ever. `True`: there was something to do."""

    def __init__(self, *outcomes: bool | Exception) -> None:
        self._outcomes = outcomes
        self.at: list[float] = []

    async def step(self) -> bool:
        outcome = self._outcomes[min(len(self.at), len(self._outcomes) - 1)]
        self.at.append(asyncio.get_running_loop().time())
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def until(self, count: int) -> None:
        async with asyncio.timeout(WITHIN):
            while len(self.at) < count:
                await asyncio.sleep(0.01)


async def test_a_job_goes_on_at_once_while_there_is_something_to_do_and_rests_when_there_is_not() -> None:
    steps = Steps(True, True, True, False)
    job = Job("job", steps.step, every=3600, turn=Mine())
    job.start()
    await steps.until(4)
    await asyncio.sleep(0.1)
    await job.stop()
    assert len(steps.at) == 4


async def test_after_errors_a_job_waits_longer_each_time_and_then_goes_on_as_before() -> None:
    steps = Steps(OSError("1"), OSError("2"), OSError("3"), False)
    there_is_news = asyncio.Event()
    there_is_news.set()  # all the time, which must not shorten a wait after an error
    job = Job("job", steps.step, every=0.05, turn=Mine(), news=there_is_news.wait)
    job.start()
    await steps.until(200)  # which would take a minute and more if it still waited as after an error
    await job.stop()
    waits = [after - before for before, after in zip(steps.at[:3], steps.at[1:4], strict=True)]
    assert all(wait >= least for wait, least in zip(waits, (0.099, 0.199, 0.399), strict=True))


async def test_a_job_that_is_told_to_stop_finishes_the_step_in_hand_and_begins_no_other() -> None:
    begun, go_on, finished = asyncio.Event(), asyncio.Event(), []

    async def step() -> bool:
        begun.set()
        await go_on.wait()
        finished.append(1)
        return True

    turn = Mine()
    job = Job("job", step, every=0, turn=turn)
    job.start()
    await asyncio.wait_for(begun.wait(), WITHIN)
    stopping = asyncio.create_task(job.stop(within=WITHIN))
    await asyncio.sleep(0.1)
    assert not stopping.done()
    go_on.set()
    await asyncio.wait_for(stopping, WITHIN)
    assert finished == [1]
    assert turn.given_back


async def test_a_step_that_does_not_end_is_cut_off() -> None:
    cut_off = asyncio.Event()

    async def step() -> bool:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut_off.set()
            raise
        return True

    job = Job("job", step, every=0, turn=Mine())
    job.start()
    await asyncio.sleep(0.05)
    await asyncio.wait_for(job.stop(within=0.1), WITHIN)
    assert cut_off.is_set()


async def test_the_replica_that_stops_hands_its_job_to_another(mongo_url: str, database: str) -> None:
    store = Store(mongo_url, database)
    worked: list[str] = []

    def working(name: str) -> Callable[[], Awaitable[bool]]:
        async def step() -> bool:
            worked.append(name)
            return False

        return step

    async def until(name: str) -> None:
        async with asyncio.timeout(WITHIN):
            while name not in worked:
                await asyncio.sleep(0.01)

    one, two = (Job(n, working(n), every=0.02, turn=Lease(store, "job")) for n in ("one", "two"))
    one.start()
    await until("one")
    two.start()
    await asyncio.sleep(0.3)
    assert set(worked) == {"one"}
    await one.stop()
    await until("two")
    await two.stop()
    assert await store["leases"].count_documents({}) == 0
    store.close()


async def test_a_step_in_hand_is_cut_off_when_another_replica_has_taken_the_turn(
    mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(leases, "LASTS", timedelta(seconds=0.2))
    store = Store(mongo_url, database)
    begun, cut_off = asyncio.Event(), asyncio.Event()

    async def step() -> bool:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut_off.set()
        return True

    job = Job("job", step, every=3600, turn=Lease(store, "job"))
    job.start()
    await asyncio.wait_for(begun.wait(), WITHIN)
    far = datetime.now(UTC) + timedelta(hours=1)  # this process slept, and another took over
    await store["leases"].update_one({"_id": "job"}, {"$set": {"owner": "another", "until": far}})
    await asyncio.wait_for(cut_off.wait(), WITHIN)
    begun.clear()
    await job.stop(within=0.1)
    assert not begun.is_set()
    assert (await store["leases"].find_one({}) or {})["owner"] == "another"
    store.close()
