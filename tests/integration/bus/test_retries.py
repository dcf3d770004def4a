"""Failures that may pass are retried until they have, or until the last retry ends in the dead letters."""

import asyncio

from shared.errors import Conflict, NotYet
from shared.messaging.settlement import ATTEMPT, EXCEPTION, REASON
from tests.support.ailing import DEAD
from tests.support.probe import Heard, probe, probe_service


async def test_a_failure_that_passes_is_retried_until_it_has(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: NotYet("the campaign is not known yet") if attempt <= 2 else None)
    async with probe_service(amqp_url, heard) as service:
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])
        assert heard.attempts[1] == 3
        assert await service.depth(DEAD) == 0


async def test_a_failure_that_does_not_pass_ends_in_the_dead_letters_after_the_last_retry(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: ValueError("Mrs Jones of 1 High Street") if number == 1 else None)
    async with probe_service(amqp_url, heard) as service:
        bad = probe(1)
        await service.say(bad, probe(2))
        dead = await service.take(DEAD)
        assert heard.numbers == [2]
    assert heard.attempts[1] == 3  # the first try and two retries
    assert dead.message_id == bad.id
    assert dead.headers[ATTEMPT] == 3
    assert dead.headers[EXCEPTION] == "builtins.ValueError"
    assert str(dead.headers[REASON]).startswith("at probe.py:")
    assert "Jones" not in str(dead.headers)


async def test_a_broken_domain_rule_is_not_retried(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: Conflict("a completed campaign cannot be paused"))
    async with probe_service(amqp_url, heard) as service:
        await service.say(probe(1))
        dead = await service.take(DEAD)
    assert heard.attempts[1] == 1
    assert dead.headers[REASON] == "a completed campaign cannot be paused"


async def test_a_handler_that_hangs_is_a_failure_that_may_pass(amqp_url: str) -> None:
    never = asyncio.Event()

    class Hanging(Heard):
        async def handle(self, event: object) -> None:
            if not self.attempts[1]:
                self.attempts[1] += 1
                await never.wait()
            await super().handle(event)  # type: ignore[arg-type]

    heard = Hanging()
    async with probe_service(amqp_url, heard, handler_seconds=0.2, prefetch=1) as service:
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])
