"""The claim on a batch is prolonged through errors of the store, and its loss is seen."""

import asyncio
from datetime import UTC, datetime
from typing import cast

import pytest

from services.dispatcher.channels import claim as module
from services.dispatcher.channels.channel import Batch
from services.dispatcher.channels.claim import ChunkClaim, _kept
from services.dispatcher.ledger.ports import SendLedger
from shared.clock import SystemClock
from shared.errors import Unavailable


class Ledger:
    """Answers claims one after the other; the last answer for ever."""

    def __init__(self, *answers: bool | Exception) -> None:
        self._answers = list(answers)
        self.claims = 0

    async def claim(self, _batch: str, _owner: str) -> bool:
        self.claims += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def until(self, claims: int) -> None:
        async with asyncio.timeout(20):
            while self.claims < claims:
                await asyncio.sleep(0.01)


def claimed(ledger: Ledger) -> ChunkClaim:
    batch = Batch("OTM-26-0001", 1, "notify", datetime.now(UTC), ())
    return ChunkClaim(batch, cast(SendLedger, ledger), SystemClock(), "me")


async def test_an_error_of_the_store_does_not_end_the_prolonging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROLONG_SECONDS", 0.01)
    ledger = Ledger(Unavailable("no answer"), OSError("gone"), True)
    async with _kept(claimed(ledger)):
        await ledger.until(claims=5)


async def test_a_claim_that_is_lost_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROLONG_SECONDS", 0.01)
    ledger = Ledger(True, False)
    async with _kept(claimed(ledger)):
        await ledger.until(claims=2)
        await asyncio.sleep(0.2)
        assert ledger.claims == 2
