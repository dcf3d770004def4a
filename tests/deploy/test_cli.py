import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.stack import Stack
from deploy.local.stack.state import Phase, StackState
from tests.deploy.given.otm import Otm, answer_of
from tests.deploy.given.standin import standin
from tests.deploy.given.traces import nothing_is_left_of, processes_of


@pytest.fixture
def otm(home: Home, given: LocalSettings) -> Otm:
    """With stand-ins for the services, on the run's broker and store."""
    return Otm(home, given)


def otm_where(notifier: str, home: Home, given: LocalSettings) -> Otm:
    """With a notifier in that mood."""
    return Otm(home, given.model_copy(update={"commands": given.commands | {"notifier": standin(notifier)}}))


async def until(home: Home, holds: Callable[[StackState], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds(StackState.read(home.state)):
            await asyncio.sleep(0.05)


async def test_a_stack_is_brought_up_looked_at_and_brought_down(otm: Otm, home: Home) -> None:
    up = await otm("up", "--detach", "--replicas", "2", "--json")
    assert up.code == ExitCode.OK
    assert set(SERVICES) < set(up.named("ready after"))
    assert {"amqp", "mongo", "smtp", "planner", "planner-2", "notifier-2"} <= set(up.json["urls"])
    assert "guest:guest" not in up.printed

    status = await otm("status", "--json")
    assert status.code == ExitCode.OK
    assert status.json["healthy"]
    assert len(status.json["processes"]) == len(["broker", "store", "mail"]) + 2 * len(SERVICES)

    assert (await otm("logs", "planner")).printed == "the stand-in speaks\n"
    assert (await otm("logs", "nobody")).code == ExitCode.USAGE

    down = await otm("down", "--json")
    assert (down.code, down.json) == (ExitCode.OK, {"stopped": True})
    assert await nothing_is_left_of(home)
    assert (await otm("status")).code == ExitCode.NOT_RUNNING
    assert (await otm("down", "--json")).json == {"stopped": False}


async def test_two_ups_at_once_make_one_stack_and_a_third_says_so(otm: Otm, home: Home) -> None:
    answers = await asyncio.gather(otm("up", "--detach", "--json"), otm("up", "--detach", "--json"))
    assert [answer.code for answer in answers] == [ExitCode.OK, ExitCode.OK]
    assert answers[0].json["supervisor"] == answers[1].json["supervisor"]
    assert len([p for p in processes_of(home) if "standin.py" in " ".join(p.cmdline())]) == len(SERVICES)

    third = await otm("up")
    assert third.code == ExitCode.ALREADY_RUNNING
    assert "runs already" in third.said
    assert "http://127.0.0.1:" in third.printed
    await otm("down")


async def test_status_shows_what_does_not_answer_and_what_was_started_again(
    otm: Otm, home: Home, given: LocalSettings
) -> None:
    async with Stack(home, given) as stack:
        intake = stack.services.replica("intake")
        assert intake.pid
        os.kill(intake.pid, signal.SIGSTOP)
        status = await otm("status", "--json")
        assert status.code == ExitCode.FAILED
        assert [p["name"] for p in status.json["processes"] if not p["healthy"]] == ["intake"]

        await intake.kill()
        await intake.wait_ready()
        status = await otm("status", "--json")
        assert status.code == ExitCode.OK
        assert [p["name"] for p in status.json["processes"] if p["restarts"]] == ["intake"]


async def test_a_start_that_fails_in_the_background_says_why(home: Home, given: LocalSettings) -> None:
    otm = otm_where("dies", home, given)
    up = await otm("up", "--detach")
    assert up.code == ExitCode.FAILED
    assert "notifier ended with code 3" in up.said
    assert "the stand-in speaks" in up.said
    assert await nothing_is_left_of(home)
    status = await otm("status", "--json")
    assert status.code == ExitCode.NOT_RUNNING
    assert "notifier ended with code 3" in status.json["failure"]


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
async def test_a_stack_in_the_foreground_stops_in_order_when_told(otm: Otm, home: Home, told: signal.Signals) -> None:
    up = await otm.start("up")
    await until(home, lambda state: state.phase is Phase.READY)
    up.send_signal(told)
    answer = await answer_of(up)
    assert answer.code == ExitCode.OK
    *services, last = answer.named("stopped after")
    assert (set(services), last) == (set(SERVICES), "mail")
    assert await nothing_is_left_of(home)


async def test_ctrl_c_in_the_middle_of_a_start_stops_what_was_started(home: Home, given: LocalSettings) -> None:
    up = await otm_where("mute", home, given).start("up")
    await until(home, lambda state: "notifier" in state.processes)
    up.send_signal(signal.SIGINT)
    answer = await answer_of(up)
    assert answer.code == ExitCode.FAILED
    assert "Stopped before it was ready" in answer.said
    assert set(answer.named("starting")) == set(answer.named("stopped after")) == {"mail", *SERVICES}
    assert await nothing_is_left_of(home)
