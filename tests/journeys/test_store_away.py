"""The store is away for a while, or its connections are cut: callers are told to come again, messages wait, and in the
end nothing is lost or doubled."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo.callers import Call
from deploy.local.demo.journey import AT_ONCE, Journey
from deploy.local.demo.services import ServiceClients
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from tests.support.ground import Ground
from tests.support.stage import Silent, Stage, stage
from tests.support.store_proxy import store_proxy

BEYOND_ALL_TRIES_SECONDS = 90.0
IMPATIENT = {"OTM_RETRY_DELAYS": "[0.5, 1, 2, 4]", "OTM_HANDLER_SECONDS": "5"}
"""Services for which that is as long as 31 minutes for others: a message is tried five times in less, and each time its
handler runs out of time before the driver gives up."""
LONGEST = pytest.mark.skipif("OTM_TEST_31_MINUTES" not in os.environ, reason="takes that long: OTM_TEST_31_MINUTES=1")
SERVICES = ("planner", "dispatcher", "intake", "notifier")
PATIENCE_SECONDS = 180.0
CUT_EVERY = 40
"""Replies of the store, of which the last ends in its middle."""


class Outage(Silent):
    """Stops the store once some customers were in touch, with their events on the way, and starts it again."""

    def __init__(self, store: Any, seconds: float) -> None:
        self._store, self._seconds = store, seconds
        self.begun = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def progress(self, done: int, total: int) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._away())

    async def _away(self) -> None:
        await self._store.stop()
        self.begun.set()
        await asyncio.sleep(self._seconds)
        await self._store.start()


class Callers(Journey):
    """Helplines that report once the store is away, and report again until somebody answers."""

    outage: Outage
    reported = 0
    """Calls, of which those of the first round come before."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self._clients = ServiceClients(self._home, self._urls, self._patience)

    async def _report(self, call: Call) -> dict[str, Any]:
        self.reported += 1
        if self.reported > AT_ONCE:
            await self.outage.begun.wait()
        return await super()._report(call)


@asynccontextmanager
async def own_store(ground: Ground, folder: Path) -> AsyncIterator[tuple[Ground, Any]]:
    """The run's broker, with a store that is the test's to stop."""
    home = Home(folder)
    home.prepare()
    infrastructure = Infrastructure(home)
    await infrastructure.store.start()
    try:
        yield replace(ground, mongo_url=infrastructure.mongo_url), infrastructure.store
    finally:
        await infrastructure.store.stop()


@pytest.mark.long
@pytest.mark.parametrize(
    ("seconds", "settings"),
    [
        pytest.param(20.0, {}, id="20"),
        pytest.param(60.0, {}, id="60"),
        pytest.param(BEYOND_ALL_TRIES_SECONDS, IMPATIENT, id="beyond"),
        pytest.param(31 * 60.0, {}, id="31-minutes", marks=LONGEST),
    ],
)
async def test_with_the_store_away_a_campaign_goes_on_where_it_was(
    ground: Ground, amqp_url: str, tmp_path: Path, seconds: float, settings: dict[str, str]
) -> None:
    environment = dict.fromkeys(SERVICES, settings)
    async with (
        own_store(ground, tmp_path / "own") as (own, store),
        stage(own, amqp_url, tmp_path / "stage", environment=environment) as running,
    ):
        pids = _pids(running)
        outage = Outage(store, seconds)
        callers = running.journey(Callers, outage, seconds + PATIENCE_SECONDS, PATIENCE_SECONDS)
        callers.outage = outage
        outcome = await callers.play()
        assert outage.begun.is_set()
        assert _pids(running) == pids, "each went on by itself, and none was started again"
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures


@pytest.mark.long
async def test_replies_of_the_store_that_end_in_their_middle_lose_and_double_nothing(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    with store_proxy(ground.mongo_url) as proxy:
        async with stage(replace(ground, mongo_url=proxy.url), amqp_url, tmp_path) as running:
            pids = _pids(running)
            proxy.cut_every = CUT_EVERY
            outcome = await running.play(PATIENCE_SECONDS, PATIENCE_SECONDS)
            proxy.cut_every = 0
            assert _pids(running) == pids
    assert proxy.cuts > 50
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures


def _pids(running: Stage) -> list[int | None]:
    return [running.services.replica(name).pid for name in SERVICES]
