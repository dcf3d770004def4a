"""The index key is rotated in the middle of a campaign, between two starts of the four services on the real broker."""

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo.journey import Journey
from deploy.local.operate.migrations import pending
from deploy.local.stack.keyring import add_index_key
from shared.protection import load_keyring
from tests.support.ground import Ground
from tests.support.stage import Silent, Stage, population, stage

ASKED_FOR = 25
"""Customers of the population who are looked up by their own reference."""
KNOW_CUSTOMERS = ("dispatcher", "intake")


class Rotating(Journey):
    """The key is rotated once the letters have arrived and before anybody gets in touch about them, and half of them
    are still to go out."""

    rotate: Callable[[], Awaitable[None]]

    async def take_calls(self, letters: list[str]) -> int:
        before = await self._found()
        assert sum(map(len, before)) > 0
        await self.rotate()
        assert await self._found() == before
        return await super().take_calls(letters)

    async def _found(self) -> list[list[str]]:
        """Returns the letters of some customers, whom a call handler finds by the reference that they are known by."""
        rows = csv.DictReader(line.decode() for line in population())
        references = [row["customer_reference"] for row, _ in zip(rows, range(ASKED_FOR), strict=False)]
        return [await self._letters(reference) for reference in references]

    async def _letters(self, reference: str) -> list[str]:
        known = {"customer_reference": {"kind": "utr", "reference": reference}}
        answer = await self._clients.call("helpline", "POST", "intake", "/v1/look-up", body=known)
        found: list[dict[str, Any]] = answer.json() if answer.is_success else []
        return sorted(each["letter"]["reference"] for each in found)


async def rotated(running: Stage) -> None:
    """Does what the runbook says: stop, add a key, migrate, start."""
    await running.services.stop()
    add_index_key(running.home)
    await running.services.start()  # which migrates, as `otm up` does
    now = load_keyring(running.home.keyring)
    assert now.generation == 2
    left = await pending(running.ground.mongo_url, KNOW_CUSTOMERS, running.database_prefix, now)
    assert [each.words for each in left.values()] == [[], []]


@pytest.mark.long
async def test_a_campaign_is_finished_as_if_no_index_key_had_been_added_in_the_middle_of_it(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        journey = running.journey(Rotating, Silent())
        journey.rotate = lambda: rotated(running)
        outcome = await journey.play()
    assert outcome.checks == dict.fromkeys(outcome.checks, True), outcome.figures
    assert outcome.figures.mails_repeated == 0
    assert outcome.figures.volunteered > 0
