"""One broker and one store for the whole run; every test has its own corner of them."""

import os
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings

from deploy.local.broker.management import Management
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from tests.support.containers import containers
from tests.support.ground import Ground

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


@pytest.fixture(scope="session")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A real broker and a real store: the local stack's, or containers where `OTM_TEST_CONTAINERS` is set."""
    if os.environ.get("OTM_TEST_CONTAINERS"):
        async with containers() as ground:
            yield ground
        return
    async with Infrastructure(Home(tmp_path_factory.mktemp("ground"))) as started:
        if started.management_url is None:
            pytest.fail("the tests make virtual hosts: set OTM_MANAGEMENT_URL beside OTM_AMQP_URL")
        yield Ground(started.amqp_url, started.management_url, started.mongo_url, started.broker)


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
def database() -> str:
    """A database of the test's own."""
    return f"test_{uuid4().hex[:12]}"
