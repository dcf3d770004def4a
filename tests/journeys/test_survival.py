"""Survival: after any process dies anywhere, the final state is the same, nothing is lost, nothing is issued twice."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from random import Random

import pytest

from deploy.local.demo.figures import Outcome
from deploy.local.demo.services import UnexpectedAnswerError
from deploy.local.stack.services import SERVICES
from tests.support.ground import Ground
from tests.support.stage import Silent, Stage, stage

TOGETHER = {
    "planner": ("relay: said, not forgotten", "loop: exceeded said, not acted", "loop: acted, not acknowledged"),
    "dispatcher": ("population: half loaded", "outbox: committed, not said", "chunk: printed, not finished"),
    "notifier": ("notice: sent, not noted", "loop: acted, not told"),
}
"""The services that die in one campaign, and where: once at each point, in the order they are met."""


ONE_BY_ONE = [
    ("planner", "outbox: committed, not said", "relay: said, not forgotten"),
    ("planner", "responses: kept, not acknowledged", "handler: done, not acknowledged"),
    ("planner", "loop: exceeded said, not acted", "loop: acted, not acknowledged"),
    ("dispatcher", "population: half loaded", "outbox: committed, not said", "relay: said, not forgotten"),
    ("dispatcher", "chunk: printed, not finished", "chunk: finished, not announced"),
    ("dispatcher", "allocation: chunks kept, waves not", "chunk: in the ledger, not printed"),
    ("dispatcher", "handler: recorded, not announced", "handler: done, not acknowledged"),
    ("notifier", "handler: done, not acknowledged", "notice: claimed, not sent", "notice: sent, not noted"),
    ("notifier", "notice: noted, not said", "loop: acted, not told", "digest: taken up, not told"),
    ("intake", "outbox: committed, not said", "relay: said, not forgotten"),
    ("intake", "loop: kept in intake, not said"),
    ("intake", "handler: done, not acknowledged", "outbox: committed, not said"),
]
"""Every point, by service. Intake dies inside a transaction, whose locks the store holds for a minute: alone,
test_intake.py lets it die."""


@pytest.mark.parametrize(
    "deaths",
    [
        pytest.param(TOGETHER, id="together", marks=pytest.mark.long),
        *(
            pytest.param({service: points}, id=f"{service} | {' | '.join(points)}", marks=pytest.mark.long)
            for service, *points in ONE_BY_ONE
        ),
    ],
)
async def test_services_that_die_at_crash_points_change_nothing(
    ground: Ground, amqp_url: str, tmp_path: Path, deaths: Mapping[str, Sequence[str]]
) -> None:
    how = {service: [f"--die-at={point}" for point in points] for service, points in deaths.items()}
    async with tampered(ground, amqp_url, tmp_path, how) as running:
        outcome = await running.play()
        for service, points in deaths.items():
            met = {marker.name for marker in (tmp_path / "markers" / service).iterdir()}
            assert len(met) == len(points), f"{service} met only these crash points: {met}"
            assert running.services.replica(service).restarts == len(points)
    expect_the_same(outcome)


@pytest.mark.long
async def test_services_killed_at_random_in_the_middle_of_the_journey_change_nothing(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        outcome = await running.play(display=Killer(running, random=Random(3)))
        assert all(running.services.replica(service).restarts == len(FATAL_STEPS) for service in SERVICES)
    expect_the_same(outcome)


@pytest.mark.long
async def test_without_the_outbox_a_crash_loses_what_was_to_be_said(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    """So the test above would notice: intake's crash after its commit is harmless because of the outbox alone."""
    async with tampered(ground, amqp_url, tmp_path, {"intake": ["--without", "outbox"]}) as running:
        with pytest.raises(UnexpectedAnswerError) as lost:
            await running.play(patience=12, last_look=1)
        assert len(list((tmp_path / "markers" / "intake").iterdir())) == 1
    assert "contacts to be counted" in str(lost.value)


FATAL_STEPS = ("An analyst loads", "The clock is moved", "Customers get in touch")


class Killer(Silent):
    """Kills every service once, at a random moment of each fatal step."""

    def __init__(self, running: Stage, random: Random) -> None:
        self._running = running
        self._random = random
        self._killing: set[asyncio.Task[None]] = set()

    def step(self, title: str) -> None:
        if title.startswith(FATAL_STEPS):
            for service in SERVICES:
                self._killing.add(asyncio.create_task(self._kill(service, self._random.uniform(0, 0.8))))

    async def _kill(self, service: str, delay: float) -> None:
        await self._running.services.replica(service).wait_ready()
        await asyncio.sleep(delay)
        await self._running.services.kill(service)


def tampered(
    ground: Ground, amqp_url: str, folder: Path, how: Mapping[str, Sequence[str]]
) -> AbstractAsyncContextManager[Stage]:
    """The stage with services that are tampered with: `how` has what each is told."""
    markers = {service: folder / "markers" / service for service in how}
    for place in markers.values():
        place.mkdir(parents=True)
    tampering = [sys.executable, "-m", "tests.support.tampering"]
    quick = {"OTM_RETRY_DELAYS": "[0.2,1,5]", "OTM_SEND_SECONDS": "2"}
    return stage(
        ground,
        amqp_url,
        folder,
        commands={service: [*tampering, service, *told] for service, told in how.items()},
        environment={service: {"OTM_TEST_MARKERS": str(markers[service]), **quick} for service in how},
    )


def expect_the_same(outcome: Outcome) -> None:
    """Every check holds; a mail that was taken when the notifier died may have come once more, and no other."""
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures
    assert outcome.figures.mails_repeated <= 1
