"""A roll-out in the middle of a campaign: the version before and this one side by side, on one broker and one store."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.demo.journey import Journey
from deploy.local.operate.migrations import migrate
from deploy.local.stack.access import ensure_access
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import ensure_keyring
from deploy.local.stack.mailsink import MailSink
from deploy.local.stack.services import SERVICES, Services
from tests.support.ground import Ground
from tests.support.stage import Silent, population
from tests.support.version_before import HERE, version_before

RUN = (
    "import runpy, sys, shared; print('version', shared.__file__, file=sys.stderr, flush=True);"
    "runpy.run_module(f'services.{sys.argv[1]}', run_name='__main__', alter_sys=True)"
)
"""Runs a service of the tree that PYTHONPATH names, and says which that is."""
NEXT = {
    "An analyst loads": "notifier",
    "The clock is moved": "dispatcher",
    "Customers get in touch": "intake",
    "A quarter of an hour later": "planner",
    "Everything is counted": None,
}
"""The steps of the journey at which the roll-out goes on to the next service, and at which it ends."""


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return version_before(tmp_path_factory.mktemp("before"))


class RollOut(Silent):
    """Replaces one service after another. The new replica serves before the old one gets its SIGTERM, one step of the
    roll-out later: for so long both hear, say and answer.
    """

    def __init__(self, services: Services, wiring: Wiring) -> None:
        self._services, self._wiring = services, wiring
        self._both: str | None = None
        self.urls = {"amqp": wiring.amqp_url, **{name: services.url(name) for name in SERVICES}}
        self.done = asyncio.create_task(asyncio.sleep(0))

    def step(self, title: str) -> None:
        for begins, service in NEXT.items():
            if title.startswith(begins):
                self.done = asyncio.create_task(self._go_on(service, self.done))

    async def _go_on(self, service: str | None, earlier: asyncio.Task[None]) -> None:
        await earlier
        if self._both:
            await self._services.replica(self._both).stop()
        else:
            await self.migrate()
        if service:
            await self._services.replica(service, 2).start()
            self.urls[service] = self._services.url(service, 2)
        self._both = service

    async def migrate(self) -> None:
        """Makes the databases as this version needs them, which leaves nothing to do the second time."""
        await migrate(self._wiring.mongo_url, SERVICES, self._wiring.database_prefix)


@pytest.mark.long
@pytest.mark.parametrize("back", [False, True], ids=["forward", "back"])
async def test_a_campaign_under_way_is_finished_while_one_service_after_another_is_replaced(
    ground: Ground, amqp_url: str, tmp_path: Path, before: Path, back: bool
) -> None:
    """Forward from the version before to this one, and back from this one to it."""
    home, trees = Home(tmp_path), (HERE, before) if back else (before, HERE)
    home.prepare()
    ensure_keyring(home)
    ensure_access(home)
    labels = {(name, number): name if number == 1 else f"{name}-{number}" for name in SERVICES for number in (1, 2)}
    prefix = f"t{uuid4().hex[:8]}_"
    async with MailSink(home) as mail:
        wiring = Wiring(amqp_url=amqp_url, mongo_url=ground.mongo_url, smtp_port=mail.port, database_prefix=prefix)
        services = Services(
            home,
            wiring,
            replicas=2,
            commands={label: [sys.executable, "-P", "-c", RUN, name] for (name, _), label in labels.items()},
            environment={label: {"PYTHONPATH": str(trees[number - 1])} for (_, number), label in labels.items()},
        )
        roll_out = RollOut(services, wiring)
        try:
            if back:
                await roll_out.migrate()
            await asyncio.gather(*(services.replica(name).start() for name in SERVICES))
            outcome = await Journey(home, roll_out.urls, population(), roll_out, patience=120, last_look=60).play()
            await roll_out.done
        finally:
            await services.stop()
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures
    assert outcome.figures.mails_repeated == 0
    for name, number in labels:
        said = services.replica(name, number).log.read_text()
        assert f"version {trees[number - 1] / 'shared' / '__init__.py'}" in said
        assert "service stopped" in said
