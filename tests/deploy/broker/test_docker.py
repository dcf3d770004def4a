"""The Docker way to a broker. Needs an engine, so it is run by `make test-containers`."""

import subprocess
from collections.abc import Iterator

import pytest

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.leftovers import sweep
from deploy.local.stack.roster import Roster
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState
from tests.deploy.given.kept import find_it, keep_something
from tests.deploy.given.traces import nothing_is_left_of

pytestmark = pytest.mark.containers


@pytest.fixture
def roster(home: Home) -> Iterator[Roster]:
    """Keeps the state of what is started. The volume is removed at the end."""
    home.prepare()
    yield Roster(home.state)
    subprocess.run(["docker", "volume", "rm", f"otm-{home.tag}"], check=True, capture_output=True)


def containers_of(home: Home) -> str:
    command = ["docker", "ps", "--all", "--quiet", "--filter", f"name=otm-{home.tag}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


async def test_a_container_goes_when_it_stops_and_its_data_stays(home: Home, roster: Roster) -> None:
    infrastructure = Infrastructure(home, LocalSettings(broker="docker"), roster.note)
    urls = {"amqp": infrastructure.amqp_url, "mongo": infrastructure.mongo_url}
    async with infrastructure:
        assert containers_of(home)
        await keep_something(urls)
    assert not containers_of(home)
    async with infrastructure:
        assert await find_it(urls) == (b"kept", "kept")
        await sweep(StackState.read(home.state))  # as after a supervisor that was killed
        assert not containers_of(home)
    assert await nothing_is_left_of(home)
