"""A consumer that the broker has forgotten without a word is begun anew; one with a message in hand is left alone."""

import asyncio
import time
from typing import Any

import pytest

from shared.events import Event
from shared.messaging import silence, topology
from shared.messaging.declaring import declare_queue
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, ProbeService, probe, probe_service


class Later:
    """The clock of the silence, as far ahead as a test puts it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    monkeypatch.setattr(silence, "time", later := Later())
    return later


class Slow(Heard):
    """A handler that ends when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[int] = []
        self.begun, self.enough = asyncio.Event(), asyncio.Event()

    async def handle(self, event: Event[ProbeMade]) -> None:
        self.given.append(event.data.number)
        self.begun.set()
        await self.enough.wait()
        await super().handle(event)


async def forgotten(service: ProbeService, heard: Heard, number: int) -> None:
    """Leaves the service, most times, with a consumer that the broker counts and gives nothing: it numbers the messages
    of the new queue from the beginning, and takes them for those of the old one that went out before."""
    await service.say(*map(probe, range(number, number + 5)))
    await heard.until(lambda h: number + 4 in h.numbers)
    (queue,) = (each for each in topology.queues(service.bus.consumers.values()) if each.name == PROBE_QUEUE)
    await service.channel.queue_delete(PROBE_QUEUE, nowait=True)
    await declare_queue(service.channel, queue)


async def test_a_consumer_that_the_broker_counts_and_gives_nothing_is_begun_anew(amqp_url: str, later: Later) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service, asyncio.timeout(60):
        for number in range(0, 40, 10):
            await forgotten(service, heard, number)
            await service.say(probe(number + 5))
            while number + 5 not in heard.numbers:
                later.ahead += silence.SILENT_SECONDS
                await service.bus.keep_consuming()
                await asyncio.sleep(0.1)
        assert service.bus.live.lost() == []


async def test_a_message_in_hand_is_never_given_out_again_however_long_it_takes(amqp_url: str, later: Later) -> None:
    heard = Slow()
    async with probe_service(amqp_url, heard) as service:
        await service.bus.keep_consuming()
        await service.say(probe(1))
        await heard.begun.wait()
        for _ in range(3):
            later.ahead += 2 * silence.SILENT_SECONDS
            await service.bus.keep_consuming()
        await service.say(probe(2))  # behind the first, where that is given out again
        heard.enough.set()
        await heard.until(lambda h: 2 in h.numbers)
        assert heard.given == [1, 2]


async def test_health_is_well_while_an_idle_consumer_is_begun_anew(amqp_url: str, later: Later) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        await service.bus.keep_consuming()
        later.ahead += 2 * silence.SILENT_SECONDS
        underlay = channel_of(service)
        beginning = asyncio.create_task(service.bus.keep_consuming())
        while not beginning.done():
            await service.bus.consuming()
            await service.bus.relied_on()
            await asyncio.sleep(0)
        assert channel_of(service) is not underlay
        await service.bus.consuming()
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])


def channel_of(service: ProbeService) -> object:
    subscriber: Any = service.bus.live._connection.broker.subscribers[0]
    return subscriber._queue_obj.channel._channel
