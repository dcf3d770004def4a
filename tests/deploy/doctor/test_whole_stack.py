"""`otm doctor` and `otm queues` on the whole stack: all is well, and a service that hangs is named."""

import os
import signal
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from deploy.local.exit_codes import ExitCode
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.stack import Stack
from tests.deploy.given.otm import Answer, Otm
from tests.support.ground import Ground

pytestmark = pytest.mark.long
LOOKS = 30


async def test_a_stack_that_is_well_is_said_to_be_and_one_whose_service_hangs_is_not(
    ground: Ground, amqp_url: str, home: Home, tmp_path: Path
) -> None:
    async with AsyncMongoClient[dict[str, str]](ground.mongo_url) as client:
        for name in await client.list_database_names():
            if name.startswith("otm_"):
                await client.drop_database(name)
    settings = LocalSettings(
        home=home.folder, amqp_url=amqp_url, management_url=ground.management_url, mongo_url=ground.mongo_url
    )
    async with Stack(home, settings) as stack:
        otm = Otm(home, settings)
        well = await until_well(otm)
        assert well.code == ExitCode.OK, well.printed
        assert "All is well" in well.printed
        queues = await otm("queues")
        assert (queues.code, "Nothing is stuck" in queues.printed) == (ExitCode.OK, True), queues.printed
        process = stack.services.replica("intake").pid
        assert process
        os.kill(process, signal.SIGSTOP)
        try:
            ill = await otm("doctor")
        finally:
            os.kill(process, signal.SIGCONT)
        assert (ill.code, "otm logs intake" in " ".join(ill.printed.split())) == (ExitCode.FAILED, True)


async def until_well(otm: Otm) -> Answer:
    """Returns the examination once gauges and statistics, which follow after some seconds, are there; else the last."""
    for _ in range(LOOKS):
        found = await otm("doctor")
        if found.code == ExitCode.OK:
            break
    return found
