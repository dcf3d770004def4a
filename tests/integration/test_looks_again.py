"""Declared queues are looked at while they are relied on: one gone from the broker is named and made anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import aio_pika
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from deploy.local.broker.management import Management
from shared.errors import NotYet, Unavailable
from shared.messaging import silence, topology
from shared.messaging.bus import Bus
from shared.messaging.circuit_breaker import CircuitBreaker
from shared.messaging.envelope import sealed
from shared.messaging.metrics import BusMetrics
from shared.messaging.watch import QueueWatch
from shared.running.settings import BusSettings
from shared.storage.unavailable import store_is_unavailable
from tests.support.ground import Ground
from tests.support.probe import (
    PROBE_QUEUE,
    Heard,
    NoOutbox,
    ProbeMade,
    ProbeService,
    nothing_wrong,
    probe,
    probe_service,
)

BACK_SECONDS = 10.0
"""Within which what vanished must be back."""
PATIENCE_SECONDS = 90.0


async def until(condition: Callable[[], Awaitable[bool]], within: float = PATIENCE_SECONDS) -> float:
    """Seconds until the condition held."""
    begun = time.monotonic()
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.05)
    return time.monotonic() - begun


async def well(service: ProbeService) -> bool:
    """Whether everything is there, is consumed, and takes messages."""
    try:
        await service.bus.relied_on()
        await service.bus.consuming()
        await service.bus.ping()
    except Unavailable:
        return False
    return True


async def say_until_confirmed(service: ProbeService, number: int) -> None:
    async def said() -> bool:
        try:
            await service.say(probe(number))
        except Unavailable:
            return False
        return True

    await until(said)


async def test_a_queue_deleted_under_load_is_made_anew_and_consumed_again(amqp_url: str) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard, kept=True) as service:
        said: list[int] = []
        enough = asyncio.Event()

        async def load() -> None:
            while not enough.is_set():
                said.append(len(said))
                await say_until_confirmed(service, said[-1])

        loading = asyncio.create_task(load())
        await heard.until(lambda h: len(h.numbers) > 50)
        lost = (await service.channel.queue_delete(PROBE_QUEUE)).message_count or 0
        before = len(said)
        seconds = await until(lambda: has_consumer(amqp_url))
        await heard.until(lambda h: max(h.numbers) > before + 20)
        enough.set()
        await loading
        await heard.until(lambda h: said[-1] in h.numbers)
        unrouted = await drained(service, topology.UNROUTED)
    assert seconds < BACK_SECONDS
    missed = set(said) - set(heard.numbers)
    on_its_way = 1
    assert len(missed) <= lost + unrouted + on_its_way, "what waited in the queue is gone with it, and nothing else"


async def has_consumer(amqp_url: str) -> bool:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        try:
            found = await channel.declare_queue(PROBE_QUEUE, passive=True)
        except aio_pika.exceptions.ChannelClosed:
            return False
        return bool(found.declaration_result.consumer_count)


async def drained(service: ProbeService, queue: str) -> int:
    found = await service.channel.get_queue(queue, ensure=False)
    count = 0
    while await found.get(fail=False, no_ack=True) is not None:
        count += 1
    return count


async def test_a_deleted_queue_is_named_while_it_is_not_there(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:  # nobody mends it
        await service.channel.queue_delete(PROBE_QUEUE)
        await until(lambda: refused(service.bus.relied_on, PROBE_QUEUE))
        await until(lambda: refused(service.bus.consuming, PROBE_QUEUE))


async def test_the_gauge_of_a_deleted_queue_is_0_until_somebody_consumes_it_again(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        watch = QueueWatch(service.bus, NoOutbox(), ("away.made.v1",))

        def gauge(name: str, queue: str = PROBE_QUEUE) -> float | None:
            return service.registry.get_sample_value(f"otm_queue_{name}", {"queue": queue})

        await watch.step()
        assert (gauge("consumers"), gauge("missing")) == (1, 0)
        assert (gauge("consumers", "away.made.v1"), gauge("missing", "away.made.v1")) == (0, 1)
        await service.bus.stop_consuming()  # the client would begin again by itself, sooner or later
        await service.channel.queue_delete(PROBE_QUEUE)
        await watch.step()
        assert (gauge("consumers"), gauge("missing")) == (0, 0)
        async with probe_service(amqp_url, Heard()):
            await watch.step()
            assert gauge("consumers") == 1


async def test_a_queue_deleted_as_soon_as_it_is_consumed_is_consumed_again_and_measured(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at the topology that meets the deletion makes the queue anew at once: a consumer may be forgotten so."""
    monkeypatch.setattr(silence, "SILENT_SECONDS", 1.0)
    heard = Heard()
    async with probe_service(amqp_url, heard, kept=True) as service:

        async def arrives() -> bool:
            await say_until_confirmed(service, 1)
            return 1 in heard.numbers

        async def measured() -> bool:
            return service.registry.get_sample_value("otm_queue_consumers", {"queue": PROBE_QUEUE}) == 1

        await service.channel.queue_delete(PROBE_QUEUE)
        await until(arrives)  # what is said before the queue is bound again waits among the unrouted
        await until(measured)


async def test_queues_are_measured_while_the_broker_refuses_one_of_them(amqp_url: str) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        await service.bus.stop_consuming()
        await service.channel.queue_delete(PROBE_QUEUE)
        await service.channel.declare_queue(PROBE_QUEUE, durable=True)  # a classic one, by somebody else
        with pytest.raises(Unavailable, match="inequivalent arg"):
            await QueueWatch(service.bus, NoOutbox(), ()).step()
        assert service.registry.get_sample_value("otm_queue_consumers", {"queue": PROBE_QUEUE}) == 0
        assert await refused(service.bus.relied_on, "inequivalent arg")


async def refused(check: Callable[[], Awaitable[None]], words: str) -> bool:
    try:
        await check()
    except Unavailable as error:
        return words in error.message
    return False


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


@pytest.mark.parametrize("name", ["probe.retry.0.1s", "probe.dead", topology.UNROUTED])
async def test_a_queue_that_nobody_consumes_is_made_anew_too(amqp_url: str, name: str) -> None:
    heard = Heard(lambda number, attempt: NotYet("not known yet") if attempt == 1 else None)
    async with probe_service(amqp_url, heard, kept=True) as service:
        await service.channel.queue_delete(name)

        async def there() -> bool:
            return name in await service.bus.depths()

        assert await until(there) < BACK_SECONDS
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])


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
