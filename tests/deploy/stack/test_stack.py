import asyncio
import time

import aio_pika
import psutil
import pytest

from deploy.local.errors import AlreadyRunningError, NoWayError, StackError, StartError
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.services import SERVICES
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.stack import Stack
from deploy.local.stack.state import Phase, StackState
from tests.deploy.given.kept import find_it, keep_something
from tests.deploy.given.otm import Otm
from tests.deploy.given.standin import standin
from tests.deploy.given.traces import addresses_of, listeners, nothing_is_left_of, processes_of

PRIVATE = LocalSettings(commands={name: standin() for name in SERVICES})
"""A broker and a store of its own, and stand-ins for the services."""

FOREIGN = (5672, 4369)
"""The ports where RabbitMQ and its epmd are by default, if somebody runs them."""


@pytest.mark.long
async def test_everything_survives_a_stop_and_a_start_and_nothing_is_left_by_either_end(home: Home) -> None:
    foreign = listeners(*FOREIGN)

    async with Stack(home, PRIVATE, commands={"intake": standin("deaf")}) as stack:
        urls = stack.urls()
        await keep_something(urls)
        assert addresses_of(home) <= {"127.0.0.1", "::1"}
        asked = time.monotonic()
        await stack.stop()
        assert time.monotonic() - asked < 15  # and one service had to be killed
    assert await nothing_is_left_of(home)

    otm = Otm(home, PRIVATE)
    up = await otm("up", "--detach", "--json")
    assert up.json["urls"].keys() == urls.keys()
    assert await find_it(urls) == (b"kept", "kept")
    psutil.Process(up.json["supervisor"]).kill()
    assert (await otm("down", "--json")).json == {"stopped": True}
    assert await nothing_is_left_of(home)

    assert listeners(*FOREIGN) == foreign


async def test_a_virtual_host_of_its_own_is_made_and_removed(infrastructure: Infrastructure) -> None:
    url = await infrastructure.broker.create_vhost("of its own")
    await (await aio_pika.connect(url)).close()
    await infrastructure.broker.delete_vhost("of its own")
    with pytest.raises(aio_pika.exceptions.AMQPError):
        await aio_pika.connect(url)


async def test_a_second_supervisor_is_turned_away_and_the_first_goes_on(home: Home, given: LocalSettings) -> None:
    async with Stack(home, given) as stack:
        before = stack.services.replica("planner").pid
        with pytest.raises(AlreadyRunningError, match="runs already"):
            await Stack(home, given).start()
        assert stack.services.replica("planner").pid == before
        assert StackState.read(home.state).phase is Phase.READY


async def test_a_start_that_fails_leaves_nothing_and_its_reason_is_kept(home: Home, given: LocalSettings) -> None:
    with pytest.raises(StartError, match="intake ended with code 3"):
        await Stack(home, given, commands={"intake": standin("dies")}).start()
    assert await nothing_is_left_of(home)
    state = StackState.read(home.state)
    assert state.phase is Phase.STOPPED
    assert "the stand-in speaks" in (state.failure or "")
    async with Stack(home, given):
        assert StackState.read(home.state).failure is None


async def test_a_start_that_is_interrupted_leaves_nothing(home: Home) -> None:
    start = asyncio.create_task(Stack(home, PRIVATE).start())
    async with asyncio.timeout(20):
        while not any(process.name() == "beam.smp" for process in processes_of(home)):
            await asyncio.sleep(0.05)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert await nothing_is_left_of(home)
    state = StackState.read(home.state)
    assert {process.phase for process in state.processes.values()} == {state.phase} == {Phase.STOPPED}


async def test_a_broker_or_a_store_that_is_given_must_answer(home: Home, given: LocalSettings) -> None:
    nobody = "127.0.0.1:9"
    with pytest.raises(StartError, match="broker given by OTM_AMQP_URL cannot be used"):
        await Stack(home, given.model_copy(update={"amqp_url": f"amqp://{nobody}/"})).start()
    with pytest.raises(StartError, match="store has had no primary"):
        await Stack(home, given.model_copy(update={"mongo_url": f"mongodb://{nobody}/"})).start()


async def test_a_virtual_host_on_a_given_broker_needs_its_management_api(given: LocalSettings, home: Home) -> None:
    with pytest.raises(StackError, match="OTM_MANAGEMENT_URL"):
        await Infrastructure(home, given).broker.create_vhost("another")


async def test_a_way_that_does_not_apply_fails_the_start(home: Home) -> None:
    with pytest.raises(NoWayError, match="insisted on"):
        await Stack(home, LocalSettings(broker="url")).start()
    assert "OTM_AMQP_URL" in (StackState.read(home.state).failure or "")
