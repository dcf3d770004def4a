"""Exchanges with their bindings, and virtual hosts, are made anew once they are gone; one unlike ours is named."""

import aio_pika
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from deploy.local.broker.management import Management
from shared.errors import Unavailable
from shared.messaging import topology
from shared.messaging.bus import Bus
from shared.messaging.circuit_breaker import CircuitBreaker
from shared.messaging.envelope import sealed
from shared.messaging.metrics import BusMetrics
from shared.running.settings import BusSettings
from shared.storage.unavailable import store_is_unavailable
from tests.integration.given.topology import BACK_SECONDS, refused, say_until_confirmed
from tests.integration.given.waiting import until
from tests.support.ground import Ground
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, ProbeService, nothing_wrong, probe, probe_service


async def well(service: ProbeService) -> bool:
    """Whether everything is there, is consumed, and takes messages."""
    try:
        await service.bus.relied_on()
        await service.bus.consuming()
        await service.bus.ping()
    except Unavailable:
        return False
    return True


async def test_a_deleted_exchange_is_made_anew_with_its_bindings_and_its_alternate(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard, kept=True) as service:
        other = await service.channel.declare_queue("somebody.probe.made.v1")  # of a service that is away
        service.bus.upkeep._known = {
            other.name: ProbeMade.event_type,
            PROBE_QUEUE: ProbeMade.event_type,
            "not.there": "x",
        }
        await service.channel.exchange_delete(topology.EVENTS)

        async def mended() -> bool:
            return service.registry.get_sample_value("otm_topology_mended_total", {"thing": "exchange otm.events"}) == 1

        assert await until(mended) < BACK_SECONDS
        await say_until_confirmed(service, 1)  # what is said before the bindings are back waits among the unrouted
        await heard.until(lambda h: 1 in h.numbers)
        assert await service.depth(other.name) == 1
        channel = await service.bus.upkeep._connected()
        async with channel.channel() as own:
            await (await own.get_exchange(topology.EVENTS)).publish(aio_pika.Message(b"{}"), "nobody.hears.v1")
        assert (await service.take(topology.UNROUTED)).routing_key == "nobody.hears.v1"


async def test_a_deleted_binding_is_made_anew(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard, kept=True) as service:
        queue = await service.channel.declare_queue(PROBE_QUEUE, passive=True)
        await queue.unbind(topology.EVENTS, ProbeMade.event_type)

        async def arrives() -> bool:
            await service.say(probe(1))
            return 1 in heard.numbers

        assert await until(arrives) < BACK_SECONDS


async def test_a_virtual_host_deleted_and_made_again_is_filled_again(ground: Ground, amqp_url: str) -> None:
    heard, name = Heard(), amqp_url.rpartition("/")[2]
    async with probe_service(amqp_url, heard, kept=True) as service, Management(ground.management_url) as management:
        await management.delete_vhost(name)
        await until(lambda: refused(service.bus.relied_on, name))
        await management.create_vhost(name)
        assert await until(lambda: well(service)) < BACK_SECONDS
        await say_until_confirmed(service, 1)
        await heard.until(lambda h: h.numbers == [1])


async def test_a_start_that_the_broker_refuses_says_so_in_the_brokers_own_words(amqp_url: str) -> None:
    bus = Bus(
        "probe",
        BusSettings(amqp_url=SecretStr(amqp_url), retry_delays=(0.1,)),
        CircuitBreaker(nothing_wrong, store_is_unavailable),
        BusMetrics(CollectorRegistry()),
    )
    heard = Heard()
    bus.hear({ProbeMade: heard.handle})
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.declare_exchange(topology.EVENTS, "topic", durable=True)  # without its alternate
        bus.start()
        await until(lambda: refused(bus.relied_on, "inequivalent arg 'alternate-exchange' for exchange 'otm.events'"))
        await until(lambda: refused(bus.ping, "PRECONDITION_FAILED"))
        await channel.exchange_delete(topology.EVENTS)

        async def begun() -> bool:
            return bus.begun

        await until(begun)
        await bus.publisher.publish(sealed(probe(1)))
        await heard.until(lambda h: h.numbers == [1])
    await bus.stop_consuming()
    await bus.stop()
