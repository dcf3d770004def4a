"""Consumers that come back slowly are waited for; those that stay away are fetched on a new connection."""

from typing import Any, cast

import pytest

from shared.errors import Unavailable
from shared.messaging import consumers
from shared.messaging.consumers import NOT_ALIVE_AFTER_SECONDS, RECONNECT_AFTER_SECONDS, LiveConsumers

QUEUES = [f"intake.event-{number}.v1" for number in range(20)]


class Broker:
    """A client without any subscribers."""

    subscribers = ()

    def add_middleware(self, middleware: object) -> None:
        """Nothing comes through it."""


class Link:
    """A connection, by what is asked of it here."""

    def __init__(self) -> None:
        self.broker = Broker()
        self.up = True
        self.made_anew = 0

    async def reconnect(self) -> None:
        self.made_anew += 1


class Topology:
    trouble = ""

    async def look(self, *_: object) -> list[str]:
        return []


class Slow(LiveConsumers):
    """Consumers of which a test says which are lost, and when."""

    def __init__(self, link: Link) -> None:
        super().__init__(cast(Any, link), cast(Any, Topology()), cast(Any, dict.fromkeys(QUEUES)))
        self.away = list(QUEUES)

    def lost(self) -> list[str]:
        return self.away


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(consumers, "time", time)
    monkeypatch.setattr(consumers, "SPREAD_SECONDS", 0.0)
    return time


async def test_a_client_that_restores_one_after_another_is_not_interrupted_however_long_it_takes(
    time: Time,
) -> None:
    link = Link()
    slow = Slow(link)
    while slow.away:
        await slow.step()
        slow.expect_alive()
        time.now += RECONNECT_AFTER_SECONDS * 0.9
        slow.away = slow.away[1:]
    await slow.step()
    assert link.made_anew == 0


async def test_what_came_back_during_a_look_at_the_topology_stays(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    link = Link()
    slow = Slow(link)
    await slow.step()
    time.now += RECONNECT_AFTER_SECONDS + 1

    async def look(*_: object) -> list[str]:
        slow.away = []
        return []

    monkeypatch.setattr(slow._upkeep, "look", look)
    await slow.step()
    assert link.made_anew == 0


async def test_where_nothing_comes_back_it_connects_anew_and_after_a_minute_asks_to_be_restarted(
    time: Time,
) -> None:
    link = Link()
    slow = Slow(link)
    slow.away = QUEUES[:3]
    for _ in range(int(NOT_ALIVE_AFTER_SECONDS)):
        slow.expect_alive()
        await slow.step()
        time.now += 1.0
    assert link.made_anew == NOT_ALIVE_AFTER_SECONDS // RECONNECT_AFTER_SECONDS - 1
    with pytest.raises(Unavailable, match="has consumed"):
        slow.expect_alive()


async def test_a_connection_that_is_down_is_no_reason_for_either(time: Time) -> None:
    link = Link()
    link.up = False
    slow = Slow(link)
    for _ in range(3 * int(NOT_ALIVE_AFTER_SECONDS)):
        await slow.step()
        slow.expect_alive()
        time.now += 1.0
    link.up = True
    await slow.step()
    slow.expect_alive()
    assert link.made_anew == 0
