"""A roll-out in the middle of a campaign: the version before and this one side by side, on one broker and one store."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.client import Client, Endpoint
from deploy.local.demo.figures import Outcome
from deploy.local.demo.journey import Journey
from deploy.local.operate.migrations import migrate
from deploy.local.operate.protection.operations import ask
from deploy.local.stack.access import ensure_access, key_of
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import ensure_keyring, read_keyring
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
}
"""The steps of the journey at which the roll-out goes on to the next service."""
CHAINS = ("", "chains")
"""Looks at the audit trail of this version: along the seals, and along what each process wrote."""


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return version_before(tmp_path_factory.mktemp("before"))


class RollOut(Silent):
    """Replaces one service after another. The new replica serves before the old one gets its SIGTERM, one step of the
    roll-out later: for so long both hear, say and answer. Before it goes, each of the two finds the audit trail whole
    that both have written.
    """

    def __init__(self, home: Home, services: Services, wiring: Wiring, ours: int) -> None:
        self._home, self._services, self._wiring, self._ours = home, services, wiring, ours
        self._both: str | None = None
        self.urls = {"amqp": wiring.amqp_url, **{name: services.url(name) for name in SERVICES}}
        self.done = asyncio.create_task(asyncio.sleep(0))
        self.entries = dict[str, tuple[int, int, int]]()
        """Entries of each trail: of the main chain with its seals and without, and of all other chains."""

    def step(self, title: str) -> None:
        for begins, service in NEXT.items():
            if title.startswith(begins):
                self.done = asyncio.create_task(self._go_on(service, self.done))

    async def _go_on(self, service: str | None, earlier: asyncio.Task[None]) -> None:
        await earlier
        if self._both:
            await self._trail_is_whole(self._both)
            await self._services.replica(self._both).stop()
        else:
            await self.migrate()
        if service:
            await self._services.replica(service, 2).start()
            self.urls[service] = self._services.url(service, 2)
        self._both = service

    async def over(self) -> None:
        """Waits until the last service is replaced."""
        await self._go_on(None, self.done)

    async def _trail_is_whole(self, service: str) -> None:
        ours, theirs = (self._services.url(service, number) for number in (self._ours, 3 - self._ours))
        if service == "intake":
            for url in (ours, theirs, ours):
                await asyncio.to_thread(self._listed, url)
        await ask(self._home, service, ours, "audit/seals", make=True)
        looks = [await ask(self._home, service, ours, f"audit/{each}".rstrip("/")) for each in CHAINS]
        assert [look["broken"] for look in looks] == [None, None]
        before = await ask(self._home, service, theirs, "audit")
        assert before["first_broken"] is None
        self.entries[service] = before["entries"], looks[0]["entries"], looks[1]["entries"]

    def _listed(self, url: str) -> None:
        """Has a look at personal data, which is written in the trail."""
        with Client(Endpoint("intake", url, key_of(self._home, "disclosure-officer"))) as client:
            client.get("/v1/disclosures")

    async def migrate(self) -> None:
        """Makes the databases as this version needs them, which leaves nothing to do the second time."""
        await migrate(self._wiring.mongo_url, SERVICES, self._wiring.database_prefix)


def as_before(home: Home) -> None:
    """Makes the keyring one of the version before, which has no keys for purposes and knows of none."""
    keyring = read_keyring(home)
    keyring.pop("derived")
    home.keyring.write_text(json.dumps(keyring))


class InStep(Journey):
    """Goes on to the step of the next service once the one before is replaced, however long that takes, and counts once
    all are: a replica that is asked may be stopped before it answers."""

    roll_out: RollOut

    async def launch(self, at: datetime) -> None:
        await self.roll_out.done
        await super().launch(at)

    async def take_calls(self, letters: list[str]) -> int:
        await self.roll_out.done
        return await super().take_calls(letters)

    async def wait_for_digests(self, known: int) -> None:
        await self.roll_out.done
        await super().wait_for_digests(known)

    async def close(self, launched_at: datetime, known: int, began: float) -> Outcome:
        await self.roll_out.over()
        return await super().close(launched_at, known, began)


@pytest.mark.long
@pytest.mark.parametrize("back", [False, True], ids=["forward", "back"])
async def test_a_campaign_under_way_is_finished_while_one_service_after_another_is_replaced(
    ground: Ground, amqp_url: str, tmp_path: Path, before: Path, back: bool
) -> None:
    """Forward from the version before to this one, and back from this one to it."""
    home, trees = Home(tmp_path), (HERE, before) if back else (before, HERE)
    home.prepare()
    ensure_keyring(home)
    as_before(home)
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
        roll_out = RollOut(home, services, wiring, ours=1 if back else 2)
        try:
            if back:
                await roll_out.migrate()
            await asyncio.gather(*(services.replica(name).start() for name in SERVICES))
            journey = InStep(home, roll_out.urls, population(), roll_out, patience=120, last_look=60)
            journey.roll_out = roll_out
            outcome = await journey.play()
        finally:
            await services.stop()
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures
    assert outcome.figures.mails_repeated == 0
    assert set(roll_out.entries) == set(SERVICES)
    _, theirs, ours = roll_out.entries["intake"]
    assert (theirs > 0, ours > 1) == (True, True), roll_out.entries
    for name, number in labels:
        said = services.replica(name, number).log.read_text()
        assert f"version {trees[number - 1] / 'shared' / '__init__.py'}" in said
        assert "service stopped" in said
