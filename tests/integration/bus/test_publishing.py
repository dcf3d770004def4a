"""Published messages keep their order, and one that no queue would take is kept as unrouted or refused aloud."""

import asyncio

import aio_pika
import pytest
from pydantic import SecretStr

from shared.errors import Unavailable
from shared.messaging import topology
from shared.messaging.connection import Connection
from shared.messaging.envelope import from_message, sealed
from shared.messaging.publishing import Publisher
from shared.running.settings import BusSettings
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, probe, probe_service


async def test_an_event_that_nobody_listens_to_is_kept_as_unrouted(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        queue = await service.channel.declare_queue(PROBE_QUEUE, passive=True)
        await queue.unbind(topology.EVENTS, "probe.made.v1")
        event = probe(1)
        await service.say(event)
        assert (await service.take(topology.UNROUTED)).message_id == event.id


async def test_what_is_said_together_arrives_in_order_though_the_connection_has_only_just_been_made(
    amqp_url: str,
) -> None:
    """As after a crash, when much is waiting: nobody has opened a channel yet."""
    async with probe_service(amqp_url, Heard()) as service, await aio_pika.connect_robust(amqp_url) as connection:
        queue = await service.channel.declare_queue("in-order")
        await queue.bind(topology.EVENTS, ProbeMade.event_type)
        publishing = Connection("publish", "probe", BusSettings(amqp_url=SecretStr(amqp_url)))
        publishing.link = connection
        publisher = Publisher(publishing)
        await asyncio.gather(*(publisher.publish(sealed(probe(number))) for number in range(100)))
        assert connection.transport
        channels = [number for number in connection.transport.connection.channels if number]
        heard = [from_message(await service.take("in-order"), ProbeMade).data.number for _ in range(100)]
    assert heard == list(range(100))
    assert len(channels) == 1, "the broker keeps the order of each channel, and of no two"


async def test_a_message_to_a_queue_that_is_not_there_is_refused_aloud(amqp_url: str) -> None:
    from shared.messaging.envelope import sealed, to_message

    async with probe_service(amqp_url, Heard()) as service:
        with pytest.raises(Unavailable):
            await service.bus.publisher.send(to_message(sealed(probe(1))), "nobody.here")
