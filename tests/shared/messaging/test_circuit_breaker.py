"""Consuming pauses while handlers wait for a store that is away, and for no other handler that takes too long."""

import pytest

from shared.errors import Unavailable
from shared.messaging import circuit_breaker
from shared.messaging.circuit_breaker import ERRORS_IN_A_ROW, CircuitBreaker


class Probe:
    def __init__(self, away: bool) -> None:
        self.away = away

    async def __call__(self) -> None:
        if self.away:
            raise Unavailable("the store does not answer")


async def out_of_time(breaker: CircuitBreaker) -> None:
    for _ in range(ERRORS_IN_A_ROW):
        await breaker.failed(TimeoutError())


async def test_handlers_that_run_out_of_time_pause_consuming_while_the_store_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(circuit_breaker, "PROBE_EVERY", 0.01)
    probe = Probe(away=True)
    breaker = CircuitBreaker(probe, lambda error: False)
    await out_of_time(breaker)
    assert not breaker.is_open
    probe.away = False
    await breaker.wait_open()


async def test_handlers_that_run_out_of_time_by_themselves_pause_nothing() -> None:
    breaker = CircuitBreaker(Probe(away=False), lambda error: False)
    await out_of_time(breaker)
    assert breaker.is_open
