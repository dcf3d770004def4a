"""Documents of a load that was never finished are swept away; those of a finished load never are."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from deploy.local.stack.ports import Ports
from services.dispatcher.population.repository.abandoned import MongoLoading
from services.dispatcher.population.repository.population import MongoPopulation
from shared.errors import Unavailable
from tests.dispatcher.given.loading import NOTHING, POPULATION, kept, mixed, put
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.clocks import StoppedClock
from tests.support.inside import NOBODY_LISTENS, Corner, Inside

LOAD = "00000000-0000-4000-8000-000000000001"
MANY = file([row(n) for n in range(1_200)])


async def sweep_later(dispatcher: Inside, clock: StoppedClock, **by: float) -> None:
    clock.move(**by)
    while await MongoLoading(dispatcher.service.store, clock).sweep():
        pass


async def test_a_load_that_went_silent_is_swept_away_once_nothing_of_it_can_be_under_way(dispatcher: Inside) -> None:
    await put(dispatcher, mixed())
    finished = await kept(dispatcher)
    clock = StoppedClock()
    loading = MongoLoading(dispatcher.service.store, clock)
    await loading.begin(LOAD, CAMPAIGN)
    await dispatcher.service.store["recipients"].insert_one({"_id": f"{LOAD}:00000001", "load": LOAD})
    await sweep_later(dispatcher, clock, minutes=9)
    await loading.touch(LOAD)  # it is slow, but there
    await sweep_later(dispatcher, clock, minutes=9)
    assert (await kept(dispatcher))["recipients"] == finished["recipients"] + 1
    await sweep_later(dispatcher, clock, minutes=2)
    with pytest.raises(Unavailable):
        await loading.touch(LOAD)
    await dispatcher.service.store["recipients"].insert_one({"_id": f"{LOAD}:00000501", "load": LOAD})  # under way
    await sweep_later(dispatcher, clock, minutes=2)
    assert await kept(dispatcher) == finished


async def test_a_process_that_is_killed_half_way_leaves_recipients_for_the_sweeper_and_the_file_can_be_sent_again(
    dispatcher: Inside, tmp_path: Path, mongo_url: str, database: str
) -> None:
    analyst = httpx.AsyncClient(headers=dispatcher.key("analyst"), timeout=30)
    async with dying_half_way(tmp_path, mongo_url, database) as url, analyst:
        with pytest.raises(httpx.HTTPError):
            await analyst.put(f"{url}{POPULATION}", content=MANY)
    left = await kept(dispatcher)
    assert (left["recipients"], left["loading"], left["loads"]) == (1, 1, 0)
    clock = StoppedClock(datetime.now(UTC))
    await sweep_later(dispatcher, clock, minutes=1)
    assert await kept(dispatcher) == left
    await sweep_later(dispatcher, clock, minutes=11)
    await sweep_later(dispatcher, clock, minutes=2)
    assert await kept(dispatcher) == NOTHING
    assert (await put(dispatcher, MANY, piece=20_000)).json()["eligible"] == 1_200


async def test_a_load_that_was_finished_though_nobody_heard_of_it_is_not_thrown_away(
    dispatcher: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = MongoPopulation.finish

    async def cut_off(*arguments: object) -> None:
        await finish(*arguments)  # type: ignore[arg-type]
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(MongoPopulation, "finish", cut_off)
        assert (await put(dispatcher, MANY, piece=20_000)).status_code == 500
    again = await put(dispatcher, MANY, piece=20_000)
    assert (again.status_code, again.json()["eligible"]) == (201, 1_200)
    assert (await kept(dispatcher))["recipients"] == 3


@asynccontextmanager
async def dying_half_way(folder: Path, mongo_url: str, database: str) -> AsyncIterator[str]:
    """Dispatcher as a process that is killed when the first block of a population is kept; gives its URL."""
    home, port = Corner.made(folder, mongo_url, database).home, Ports(folder / "ports.json").get("dispatcher")
    environment = {
        **os.environ, "OTM_MONGO_URL": mongo_url, "OTM_MONGO_DATABASE": database, "OTM_HTTP_PORT": str(port),
        "OTM_AMQP_URL": NOBODY_LISTENS, "OTM_KEYRING_FILE": str(home.keyring), "OTM_ACCESS_FILE": str(home.access),
        "OTM_PRINT_FOLDER": str(folder / "letters"), "OTM_TEST_MARKERS": str(folder), "OTM_LOG_LEVEL": "error",
    }  # fmt: skip
    program = ("-m", "tests.support.tampering", "dispatcher", "--die-at", "population: half loaded")
    process = await asyncio.create_subprocess_exec(sys.executable, *program, env=environment)
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient() as caller, asyncio.timeout(60):
        while not await lives(caller, url):
            await asyncio.sleep(0.05)
    yield url
    assert await process.wait() == -signal.SIGKILL


async def lives(caller: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await caller.get(f"{url}/health/live")).is_success
    except httpx.HTTPError:
        return False
