"""Errors of the infrastructure pause consuming, and cost waiting messages no try."""

import asyncio

import pytest
from pymongo.errors import AutoReconnect

from shared.messaging import circuit_breaker
from tests.support.ailing import DEAD
from tests.support.probe import PROBE_QUEUE, Heard, probe, probe_service


async def test_errors_of_the_infrastructure_in_a_row_pause_consuming_and_spend_no_more_retries(amqp_url: str) -> None:
    well = asyncio.Event()

    async def check() -> None:
        if not well.is_set():
            raise AutoReconnect

    heard = Heard(lambda number, attempt: None if well.is_set() else AutoReconnect("the store is away"))
    async with probe_service(amqp_url, heard, check, prefetch=5) as service:
        await service.say(*(probe(n) for n in range(40)))
        await heard.until(lambda h: h.attempts.total() >= 5)
        await asyncio.sleep(1)
        tried = heard.attempts.total()
        assert tried < 40  # most were never tried while the store was away
        well.set()
        await heard.until(lambda h: sorted(h.numbers) == list(range(40)))
        assert await service.depth(DEAD) == 0


async def test_a_message_is_not_held_for_long_while_consuming_is_paused_and_spends_no_try_by_that(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = asyncio.Event()

    async def check() -> None:
        if not well.is_set():
            raise AutoReconnect

    monkeypatch.setattr(circuit_breaker, "HOLD_SECONDS", 0.2)
    heard = Heard(lambda number, attempt: None if well.is_set() else AutoReconnect("the store is away"))
    async with probe_service(amqp_url, heard, check, prefetch=5) as service:
        await service.say(*(probe(n) for n in range(5)))
        await heard.until(lambda h: h.attempts.total() >= 5)
        await service.say(probe(9))
        laid_aside = service.registry.get_sample_value

        async with asyncio.timeout(20):
            while (laid_aside("otm_messages_settled_total", {"queue": PROBE_QUEUE, "how": "retried"}) or 0) < 25:
                await asyncio.sleep(0.02)
        assert heard.attempts[9] == 0
        well.set()
        await heard.until(lambda h: 9 in h.numbers)
        assert await service.depth(DEAD) == 0
