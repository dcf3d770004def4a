import asyncio
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.local.errors import StartError
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES, Services
from tests.deploy.given.standin import standin
from tests.deploy.given.traces import nothing_is_left_of

STANDINS = {name: standin() for name in SERVICES}


@pytest.fixture
def wiring(mongo_url: str) -> Wiring:
    """A store that is there, since it is migrated before services start; their stand-ins need no broker."""
    return Wiring(amqp_url="amqp://there/t1", mongo_url=mongo_url, smtp_port=2525, database_prefix="t1_")


def environment_of(services: Services, name: str, number: int = 1) -> dict[str, str]:
    return psutil.Process(services.replica(name, number).pid).environ()


async def test_every_replica_of_every_service_is_a_process_with_its_own_port(home: Home, wiring: Wiring) -> None:
    async with Services(home, wiring, replicas=2, commands=STANDINS) as services, httpx.AsyncClient() as client:
        urls = services.urls()
        assert len(urls) == len(set(urls.values())) == 8
        assert (await client.get(urls["intake-2"] + "/health/ready")).status_code == 200
        pids = {services.replica(name, number).pid for name in SERVICES for number in (1, 2)}
        assert len(pids) == 8


async def test_a_service_is_told_all_it_needs_by_its_environment(home: Home, wiring: Wiring) -> None:
    further = {"planner": {"OTM_PREFETCH": "7"}}
    async with Services(home, wiring, commands=STANDINS, environment=further) as services:
        planner, dispatcher, notifier = (environment_of(services, n) for n in ("planner", "dispatcher", "notifier"))
    assert planner["OTM_AMQP_URL"] == "amqp://there/t1"
    assert planner["OTM_MONGO_URL"] == wiring.mongo_url
    assert planner["OTM_MONGO_DATABASE"] == "t1_otm_planner"
    assert planner["OTM_HTTP_PORT"] == str(services.replica("planner").program.port)
    assert planner["OTM_PREFETCH"] == "7"
    assert "OTM_PREFETCH" not in notifier
    assert planner["OTM_KEYRING_FILE"] == str(home.keyring)
    assert planner["OTM_ACCESS_FILE"] == str(home.access)
    assert home.keyring.exists()
    assert home.access.exists()
    assert dispatcher["OTM_PRINT_FOLDER"] == str(home.letters)
    assert notifier["OTM_SMTP_PORT"] == "2525"


async def test_one_replica_can_be_killed_while_the_others_go_on(home: Home, wiring: Wiring) -> None:
    async with Services(home, wiring, replicas=2, names=["intake"], commands=STANDINS) as services, asyncio.timeout(20):
        first = services.replica("intake", 1).pid
        await services.kill("intake", 2)
        await services.wait_ready()
        assert services.replica("intake", 1).pid == first
        assert services.replica("intake", 2).restarts == 1


async def test_one_service_that_does_not_start_stops_all(home: Home, wiring: Wiring) -> None:
    with pytest.raises(StartError, match="notifier ended with code 3"):
        await Services(home, wiring, commands=STANDINS | {"notifier": standin("dies")}).start()
    assert await nothing_is_left_of(home)


async def test_two_sets_of_services_live_side_by_side(home: Home, wiring: Wiring, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    async with (
        Services(home, wiring, names=["planner"], commands=STANDINS) as one,
        Services(other, wiring, names=["planner"], commands=STANDINS) as two,
    ):
        assert one.url("planner") != two.url("planner")
