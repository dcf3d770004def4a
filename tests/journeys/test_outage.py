"""The broker is away for a while: what is written over HTTP is accepted meanwhile, and said when it is back."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo.callers import Call
from deploy.local.demo.journey import Journey
from tests.support.ground import Ground
from tests.support.stage import Silent, Stage, stage

AWAY = 20.0  # seconds


class Outage(Silent):
    """Stops the broker when customers begin to get in touch, and starts it again `AWAY` seconds later."""

    def __init__(self, running: Stage) -> None:
        self._running = running
        self.begun = asyncio.Event()
        self.over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def step(self, title: str) -> None:
        if title.startswith("Customers get in touch"):
            self._task = asyncio.create_task(self._away())

    async def _away(self) -> None:
        broker = self._running.ground.broker
        assert broker is not None, "the broker was given, and is not ours to stop"
        await broker.stop()
        self.begun.set()
        await asyncio.sleep(AWAY)
        await broker.start()
        self.over.set()


class Callers(Journey):
    """Customers who only get in touch while the broker is away."""

    outage: Outage
    answered_meanwhile = 0

    async def _report(self, call: Call) -> dict[str, Any]:
        await self.outage.begun.wait()
        answer = await super()._report(call)
        self.answered_meanwhile += not self.outage.over.is_set()
        return answer


@pytest.mark.long
async def test_with_the_broker_away_writes_are_accepted_and_said_later(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        outage = Outage(running)
        callers = running.journey(Callers, outage)
        callers.outage = outage
        outcome = await callers.play()
    assert callers.answered_meanwhile > 40
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures
