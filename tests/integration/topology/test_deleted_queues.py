"""Queues that are gone from the broker are named while they are, made anew and consumed again."""

import asyncio

import aio_pika
import pytest

from shared.errors import NotYet
from shared.messaging import silence, topology
from tests.integration.given.topology import BACK_SECONDS, refused, say_until_confirmed
from tests.integration.given.waiting import until
from tests.support.probe import PROBE_QUEUE, Heard, ProbeService, probe, probe_service


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
