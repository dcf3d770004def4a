import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.local.errors import StartError
from deploy.local.processes.backoff import Backoff
from deploy.local.processes.busy import stretched
from deploy.local.processes.health import Answer
from deploy.local.processes.program import Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.home import Home
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Phase, ProcessState
from tests.deploy.given.standin import standin
from tests.deploy.given.traces import nothing_is_left_of, processes_of

Make = Callable[..., Supervised]


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the machine for idle: on a busy one processes are borne with for longer."""
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))


@pytest.fixture
def told() -> list[ProcessState]:
    return []


@pytest.fixture
def make(home: Home, told: list[ProcessState]) -> Make:
    """Makes a supervised stand-in of some mood."""
    home.prepare()

    def make(
        mood: str = "well",
        patience: float = 20,
        grace: float = 5,
        record: Path | None = None,
        hung_after: float = 30,
        alive: Callable[[], Awaitable[Answer]] | None = None,
    ) -> Supervised:
        port = Ports(home.ports).get("standin")
        further = {"OTM_HTTP_PORT": str(port), "HOME": str(home.folder), "STANDIN_RECORD": str(record or "")}
        program = Program(
            name="standin",
            description="a stand-in",
            command=standin(mood),
            environment={**os.environ, **further},
            port=port,
            health=f"http://127.0.0.1:{port}/health/ready",
            alive=alive,
            patience=patience,
            hung_after=hung_after,
            grace=grace,
        )
        return Supervised(program, home.logs, told.append)

    return make


async def test_a_process_that_dies_at_its_start_fails_it_with_its_last_words(make: Make, home: Home) -> None:
    with pytest.raises(StartError, match=r"ended with code 3 before it was ready(.|\n)*the stand-in speaks"):
        await make("dies").start()
    assert await nothing_is_left_of(home)


async def test_a_process_that_never_becomes_ready_fails_its_start_and_is_ended(make: Make, home: Home) -> None:
    with pytest.raises(StartError, match="did not answer within 1 s"):
        await make("mute", patience=1).start()
    assert await nothing_is_left_of(home)


async def test_on_a_busy_machine_a_start_is_given_more_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for load, seconds in ((0.5, 1), (3.0, 3), (100.0, 5)):
        monkeypatch.setattr(os, "getloadavg", lambda load=load: (load * (os.cpu_count() or 1), 0.0, 0.0))
        assert stretched(1.0) == seconds
    with pytest.raises(StartError, match="did not answer within 1 s"):
        await make("mute", patience=0.2).start()


async def test_a_start_that_is_cancelled_leaves_nothing(make: Make, home: Home) -> None:
    start = asyncio.create_task(make("mute").start())
    async with asyncio.timeout(10):
        while not processes_of(home):
            await asyncio.sleep(0.01)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert await nothing_is_left_of(home)


async def test_a_process_that_is_killed_is_started_again(make: Make) -> None:
    async with make() as process, asyncio.timeout(20):
        before = process.pid
        await process.kill()
        assert process.pid is None
        await process.wait_ready()
        assert process.pid not in (None, before)
        assert process.restarts == 1


async def test_a_process_that_hangs_is_killed_and_started_again(make: Make, told: list[ProcessState]) -> None:
    async with make(hung_after=1) as process, asyncio.timeout(60):
        before = process.pid
        assert before
        os.kill(before, signal.SIGSTOP)
        while not process.restarts:
            await asyncio.sleep(0.05)
        await process.wait_ready()
        assert process.pid not in (None, before)
    assert [state.detail for state in told if state.phase is Phase.RESTARTING] == [
        "has not been well for 1 s (no answer within 2.5 s) and was killed; starts again in 0.5 s"
    ]


async def test_a_look_that_fails_itself_does_not_end_a_process_that_is_well(make: Make) -> None:
    looks = 0

    async def look() -> Answer:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise TypeError("an address of another kind")
        return Answer(True)

    async with make(alive=look, hung_after=1) as process, asyncio.timeout(20):
        before = process.pid
        while looks < 3:
            await asyncio.sleep(0.05)
        assert (process.pid, process.restarts) == (before, 0)


async def test_a_process_that_nobody_can_look_at_is_started_again(make: Make, told: list[ProcessState]) -> None:
    async def look() -> Answer:
        raise TypeError("an address of another kind")

    async with make(alive=look, hung_after=1) as process, asyncio.timeout(20):
        while not process.restarts:
            await asyncio.sleep(0.05)
    assert "could not be looked at: TypeError: an address of another kind" in next(
        state.detail for state in told if state.phase is Phase.RESTARTING
    )


async def test_a_process_that_keeps_crashing_is_started_less_and_less_often(make: Make, tmp_path: Path) -> None:
    record = tmp_path / "record"
    async with make(record=record) as process, asyncio.timeout(30):
        for _ in range(2):
            await process.kill()
            await process.wait_ready()
    starts = [float(line.split()[2]) for line in record.read_text().splitlines() if line.startswith("started")]
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert [pause >= least for pause, least in zip(pauses, (0.5, 1), strict=True)] == [True, True]


def test_the_back_off_doubles_to_its_limit_and_begins_anew_after_health() -> None:
    backoff = Backoff(first=0.5, longest=15, calm=30)
    assert [backoff.after(healthy=1) for _ in range(7)] == [0.5, 1, 2, 4, 8, 15, 15]
    assert [backoff.after(healthy=30), backoff.after(healthy=0)] == [0.5, 1]


async def test_a_process_is_asked_to_stop_before_it_is_made_to(make: Make, tmp_path: Path) -> None:
    record = tmp_path / "record"
    async with make("deaf", grace=0.5, record=record):
        pass
    assert [line.split()[0] for line in record.read_text().splitlines()] == ["started", "sigterm"]


async def test_what_a_process_has_started_itself_ends_with_it(make: Make, home: Home) -> None:
    async with make("parent"):
        async with asyncio.timeout(10):
            while len(processes_of(home)) < 2:
                await asyncio.sleep(0.05)
    assert await nothing_is_left_of(home)


async def test_its_whole_life_is_told(make: Make, told: list[ProcessState]) -> None:
    async with make() as process, asyncio.timeout(20):
        await process.kill()
        await process.wait_ready()
    phases = ["starting", "ready", "restarting", "starting", "ready", "stopping", "stopped"]
    assert [state.phase for state in told] == phases
    assert [state.restarts for state in told] == [0, 0, 1, 1, 1, 1, 1]


async def test_a_process_that_was_stopped_can_be_started_again(make: Make) -> None:
    process = make()
    for _ in range(2):
        await process.start()
        assert process.pid
        await process.stop()
        await process.stop()
        assert process.pid is None
