"""Health, metrics and the outbox tell the truth while the broker or the store is in trouble, and go on afterwards."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import ClassVar

import psutil
import pytest
from prometheus_client import CollectorRegistry

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from shared.contracts.base import CampaignContract
from shared.errors import TooLarge, Unavailable
from shared.events import Event, first_event
from shared.messaging import metrics as metrics_module
from shared.messaging import topology
from shared.messaging.envelope import LARGEST_BODY, sealed
from shared.messaging.metrics import BusMetrics
from shared.messaging.publishing import Refused
from shared.messaging.relay import Relay
from shared.messaging.watch import QueueWatch
from shared.running.health import Health
from shared.storage.store import Session, Store
from tests.support.private_node import Node, private_node
from tests.support.probe import PROBE_QUEUE, Heard, ProbeMade, ProbeService, probe, probe_service

ANSWER_SECONDS = 2.0
"""Within which readiness answers, whatever hangs."""
SLACK_SECONDS = 5.0
"""The time that a busy machine may add."""
PATIENCE_SECONDS = 60.0


class CampaignHalted(CampaignContract):
    event_type: ClassVar[str] = "probe.halted.v1"
    urgent: ClassVar[bool] = True


class ProbeLost(ProbeMade):
    event_type: ClassVar[str] = "probe.lost.v1"


@pytest.fixture(scope="module")
async def node(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    async with private_node(tmp_path_factory.mktemp("node")) as node:
        yield node


async def until(condition: Callable[[], Awaitable[bool]], within: float = PATIENCE_SECONDS) -> None:
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.1)


def health_of(service: ProbeService) -> Health:
    return Health({"topology": service.bus.relied_on}, {"broker": service.bus.ping, "consumers": service.bus.consuming})


async def looked(health: Health) -> dict[str, str]:
    """Returns the answer of readiness, in the time that it has."""
    begun = time.monotonic()
    _, parts = await health.look()
    assert time.monotonic() - begun < ANSWER_SECONDS + SLACK_SECONDS
    return parts


async def keep(store: Store, *events: Event[CampaignContract]) -> None:
    async def write(session: Session) -> None:
        await store["made"].insert_one({"n": len(events)}, session=session)

    for event in events:
        await store.commit(write, event)


async def test_an_alarm_of_memory_is_named_and_what_was_said_meanwhile_arrives_once(node: Node) -> None:
    heard = Heard()
    async with probe_service(node.amqp_url, heard, kept=True) as service:
        health = health_of(service)
        assert (await looked(health))["broker"] == "ok"
        await node.control("set_vm_memory_high_watermark", "0.00001")
        try:

            async def named() -> bool:
                return "low on memory" in (await looked(health))["broker"]

            await until(named)
            saying = asyncio.create_task(said_at_last(service, 1))
            await asyncio.sleep(1)
            assert heard.numbers == []
            assert (await looked(health))["consumers"] == "ok"
        finally:
            await node.control("set_vm_memory_high_watermark", "0.4")

        async def well() -> bool:
            return (await looked(health))["broker"] == "ok"

        await until(well)
        await saying
        await service.say(probe(2))
        await heard.until(lambda h: 2 in h.numbers)
        assert set(heard.numbers) == {1, 2}


async def said_at_last(service: ProbeService, number: int) -> None:
    """Said as the relay says it: again, with the same id, until the broker has confirmed."""
    event = probe(number)
    while True:
        try:
            return await service.say(event)
        except Unavailable:
            await asyncio.sleep(0.1)


async def test_a_broker_that_hangs_is_seen_within_two_seconds_and_used_again(node: Node) -> None:
    heard = Heard()
    async with probe_service(node.amqp_url, heard, kept=True) as service:
        health = health_of(service)
        async with node.stopped():
            assert "no answer" in (await looked(health))["broker"]

        async def well() -> bool:
            return set((await looked(health)).values()) == {"ok"}

        await until(well)
        await said_at_last(service, 1)
        await heard.until(lambda h: 1 in h.numbers)


@pytest.mark.stack
async def test_a_store_that_hangs_is_seen_within_two_seconds_and_used_again(tmp_path: Path, database: str) -> None:
    home = Home(tmp_path / "own")
    home.prepare()
    infrastructure = Infrastructure(home)
    await infrastructure.store.start()
    try:
        store = Store(infrastructure.mongo_url, database)
        await store.prepare()
        health = Health({"store": store.ping})
        assert (await health.look())[0] == "ok"
        (pid,) = await asyncio.to_thread(listening_on, int(infrastructure.mongo_url.rpartition(":")[2].split("/")[0]))
        os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(3):
                assert "answer" in (await looked(health))["store"]
        finally:
            os.kill(pid, signal.SIGCONT)

        async def well() -> bool:
            return (await looked(health))["store"] == "ok"

        await until(well)
        store.close()
    finally:
        await infrastructure.store.stop()


def listening_on(port: int) -> set[int]:
    return {
        found.pid
        for found in psutil.net_connections("tcp")
        if found.status == psutil.CONN_LISTEN and getattr(found.laddr, "port", None) == port and found.pid
    }


async def test_a_row_that_the_broker_refuses_waits_aside_and_the_rest_overtakes_it(amqp_url: str, store: Store) -> None:
    """Somebody else's queue is full; whoever listens to other events hears them, urgent ones first."""
    async with probe_service(amqp_url, Heard()) as service:
        full = await service.channel.declare_queue(
            "somebody.full", durable=True,
            arguments={"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"},
        )  # fmt: skip
        await full.bind(topology.EVENTS, ProbeLost.event_type)

        async def is_full() -> bool:
            """After how many events differs between versions of RabbitMQ."""
            try:
                await service.bus.publisher.publish(sealed(more))
            except Refused as error:
                return "full" in error.message
            return False

        more = first_event(ProbeLost(campaign="OTM-26-0001", number=9), "probe", probe(9).time)
        await until(is_full)
        everything = await service.channel.declare_queue("everything")
        for kind in (ProbeMade, CampaignHalted):
            await everything.bind(topology.EVENTS, kind.event_type)
        lost = [first_event(ProbeLost(campaign="OTM-26-0001", number=n), "probe", probe(n).time) for n in range(6)]
        made = [probe(n) for n in range(3)]
        halted = first_event(CampaignHalted(campaign="OTM-26-0002"), "probe", probe(0).time)
        await keep(store, *lost, *made, halted)
        relay = Relay(store.outbox, service.bus.publisher, BusMetrics(CollectorRegistry()))

        async def rest_is_said() -> bool:
            await relay.step()
            return not await store.outbox.oldest(1)

        await until(rest_is_said)
        said = [(await service.take("everything")).message_id for _ in range(4)]
        assert said == [halted.id, *(event.id for event in made)]
        backlog = await store.outbox.backlog()
        assert backlog.aside == backlog.rows == len(lost)
        assert backlog.oldest is not None
        with pytest.raises(Unavailable, match=r"probe\.lost\.v1 waits aside .* full"):
            await store.outbox.flowing()
        await full.delete(if_unused=False, if_empty=False)

        async def all_is_said() -> bool:
            await relay.step()
            return await store.outbox.depth() == 0

        await until(all_is_said)
        await store.outbox.flowing()


async def test_what_a_handler_cannot_say_is_kept_and_said_later(amqp_url: str, store: Store) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        announcer = type(service.bus.announcer)("nobody", service.bus.publisher, store.outbox.keep_aside)

        class Due(ProbeMade):
            event_type: ClassVar[str] = "probe.due.v1"
            private: ClassVar[bool] = True

        due = Due(campaign="OTM-26-0001", number=1)
        with pytest.raises(Refused, match="no such queue"):
            await type(service.bus.announcer)("nobody", service.bus.publisher).announce("cause", probe(1).time, due)
        await announcer.announce("cause", probe(1).time, due)
        assert (await store.outbox.backlog()).aside == 1
        await service.channel.declare_queue("nobody.probe.due.v1")
        relay = Relay(store.outbox, service.bus.publisher, BusMetrics(CollectorRegistry()))

        async def said() -> bool:
            await relay.step()
            return await store.outbox.depth() == 0

        await until(said)
        assert (await service.take("nobody.probe.due.v1")).routing_key == "nobody.probe.due.v1"


async def test_an_event_that_nobody_would_take_is_refused_before_it_is_stored(store: Store) -> None:
    class ProbeTold(CampaignContract):
        event_type: ClassVar[str] = "probe.told.v1"
        text: str

    large = first_event(ProbeTold(campaign="OTM-26-0001", text="x" * LARGEST_BODY), "probe", probe(1).time)
    with pytest.raises(TooLarge, match=r"probe\.told\.v1 would take 1,000,0\d\d bytes"):
        await keep(store, large)
    assert await store["made"].count_documents({}) == 0
    assert await store.outbox.depth() == 0
    sealed(first_event(ProbeTold(campaign="OTM-26-0001", text="x" * (LARGEST_BODY - 100)), "probe", probe(1).time))


async def test_gauges_of_a_broker_that_is_away_vanish(
    amqp_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_module, "FRESH_SECONDS", 1.0)
    async with probe_service(amqp_url, Heard()) as service:
        other = "somebody.else.v1"
        await service.channel.declare_queue(other)
        watch = QueueWatch(service.bus, store.outbox, (PROBE_QUEUE, other, "away.made.v1"))

        def value(name: str, **labels: str) -> float | None:
            return service.registry.get_sample_value(name, labels)

        await watch.step()
        assert value("otm_queue_consumers", queue=PROBE_QUEUE) == 1
        assert value("otm_queue_messages", queue="probe.retry.0.1s") == 0
        assert value("otm_queue_messages", queue="probe.dead") == 0
        assert value("otm_queue_messages", queue=other) == 0
        assert value("otm_queue_missing", queue="away.made.v1") == 1
        assert value("otm_queue_messages", queue="away.made.v1") is None
        assert value("otm_outbox_oldest_seconds") == 0
        await keep(store, probe(1))
        await watch.step()
        assert value("otm_outbox_rows") == 1
        assert (value("otm_outbox_oldest_seconds") or 0) > 0

        async def vanished() -> bool:
            return value("otm_queue_consumers", queue=PROBE_QUEUE) is None

        await until(vanished)
