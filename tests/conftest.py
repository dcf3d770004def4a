"""One broker, or one cluster, and one store for the whole run; every test has its own corner of them."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings

from deploy.local.broker.management import Management
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.settings import LocalSettings
from tests.cluster.nodes import Cluster, cluster
from tests.support.containers import containers
from tests.support.ground import Ground
from tests.support.kept import Kept, KeptBroker
from tests.support.questions import Questions, listened_to

# how long an example takes says more of the machine than of the code
settings.register_profile("ground", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("ground")
# what a service logs inside the test's process: short, for structlog's own tracebacks print every local variable
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108 - pytest makes a folder of its own there
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
    # a store that syncs each commit to a disk waits for it more than half of the time
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

os.environ.setdefault("OTM_ONE_SITE", "none")  # a stack of the tests is the same whether nginx is installed or not
STANDS_ON = {"ground", "infrastructure", "home", "node", "guarded"}
"""Fixtures that start a broker, a store or other processes."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need more than Python, so that `make check` can leave them out. Whole campaigns, the
    longest, come first: of workers that share the tests none is left with one when the others have nothing more to
    do."""
    items.sort(key=lambda item: not {"journeys", "chaos"} & set(item.path.parts))
    for item in items:
        if STANDS_ON & set(getattr(item, "fixturenames", ())):
            item.add_marker("stack")


def _kept() -> Kept | None:
    """Returns what is kept between runs; None for runs of several workers, of which one may stop the broker."""
    return None if "PYTEST_XDIST_WORKER" in os.environ else Kept.now()


@pytest.fixture(scope="session")
async def nodes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster | None]:
    """Three nodes of RabbitMQ in containers, where `OTM_TEST_CLUSTER` is set."""
    if not os.environ.get("OTM_TEST_CLUSTER"):
        yield None
        return
    async with cluster(tmp_path_factory.mktemp("cluster")) as nodes:
        yield nodes


@pytest.fixture(scope="session")
async def started(
    tmp_path_factory: pytest.TempPathFactory, nodes: Cluster | None
) -> AsyncIterator[Infrastructure | None]:
    """A broker and a store for the whole run: those that are kept between runs, or by the first way that applies.

    None where containers are asked for.
    """
    if os.environ.get("OTM_TEST_CONTAINERS"):
        yield None
        return
    kept, settings = _kept(), None
    if nodes:
        settings = LocalSettings(broker="url", amqp_url=nodes.amqp_url, management_url=nodes.management_url)
    elif kept:
        urls = kept.model_dump(include={"amqp_url", "management_url", "mongo_url"})
        settings = LocalSettings(broker="url", store="url", **urls)
    async with Infrastructure(Home(tmp_path_factory.mktemp("ground")), settings) as infrastructure:
        yield infrastructure


@pytest.fixture(scope="session")
def infrastructure(started: Infrastructure | None) -> Infrastructure:
    assert started is not None, "this test is not for containers: run it without OTM_TEST_CONTAINERS"
    return started


@pytest.fixture(scope="session")
async def ground(started: Infrastructure | None) -> AsyncIterator[Ground]:
    """A real broker and a real store: the local stack's, or containers where `OTM_TEST_CONTAINERS` is set."""
    if started is None:
        async with containers() as ground:
            yield ground
        return
    if started.management_url is None:
        pytest.fail("the tests make virtual hosts: set OTM_MANAGEMENT_URL beside OTM_AMQP_URL")
    if os.environ.get("OTM_TEST_CLUSTER"):
        broker = None
    else:
        broker = KeptBroker(started.amqp_url, started.management_url) if _kept() else started.broker
    yield Ground(started.amqp_url, started.management_url, started.mongo_url, broker)


@pytest.fixture
async def amqp_url(ground: Ground) -> AsyncIterator[str]:
    """A virtual host of the test's own."""
    name = f"test-{uuid4().hex[:12]}"
    async with Management(ground.management_url) as management:
        await management.create_vhost(name)
        yield f"{ground.amqp_url.rpartition('/')[0]}/{name}"
        await management.delete_vhost(name)


@pytest.fixture
def mongo_url(ground: Ground) -> str:
    return ground.mongo_url


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> Questions:
    """Questions of a service to its store: named before the service in the list of fixtures."""
    return listened_to(monkeypatch)


@pytest.fixture
def database() -> str:
    """A database of the test's own."""
    return f"test_{uuid4().hex[:12]}"
