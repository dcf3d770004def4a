from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.services import SERVICES
from deploy.local.stack.settings import LocalSettings
from tests.deploy.given.standin import standin
from tests.deploy.given.traces import nothing_is_left_of, processes_of


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A stack's folder. Whatever the test did, nothing of the stack may run when it is over."""
    home = Home(tmp_path / "otm")
    yield home
    if not await nothing_is_left_of(home):
        left = processes_of(home)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        pytest.fail(f"left running: {left}")


@pytest.fixture
def given(infrastructure: Infrastructure, home: Home) -> LocalSettings:
    """Settings of a stack that uses that broker and store rather than start its own, and runs stand-ins."""
    return LocalSettings(
        home=home.folder,
        amqp_url=infrastructure.amqp_url,
        mongo_url=infrastructure.mongo_url,
        commands={name: standin() for name in SERVICES},
    )
