"""Topology, rights and TLS on a real broker: made by the command, relied on by services that may do no more."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelClosed
from prometheus_client import CollectorRegistry

from deploy.catalogue import SERVICES, consumers
from deploy.local.operate.topology.live import apply, differences
from deploy.local.stack.ports import Ports
from shared.contracts import CampaignLaunched
from shared.events import Event, first_event
from shared.messaging.bus import Bus
from shared.messaging.circuit_breaker import CircuitBreaker
from shared.messaging.dead_letters.frozen import frozen
from shared.messaging.envelope import sealed, to_message
from shared.messaging.metrics import BusMetrics
from shared.messaging.settlement import EXCEPTION, REASON
from shared.messaging.topology import EVENTS
from shared.messaging.vouching import SAID_BY
from shared.storage.unavailable import store_is_unavailable
from tests.deploy.given.guarded import PASSWORDS, Guarded
from tests.support.certificates import certificate
from tests.support.private_node import private_node
from tests.support.probe import consuming, nothing_wrong
from tests.support.samples import sample

LAUNCHED = "dispatcher.campaign.launched.v1"


def launch() -> Event[CampaignLaunched]:
    return first_event(sample(CampaignLaunched), "planner", datetime.now(UTC))


@pytest.fixture(scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    made, port = certificate(folder), Ports(folder / "ports.json").get("tls")
    lines = (
        f"listeners.ssl.1 = 127.0.0.1:{port}",
        f"ssl_options.cacertfile = {made.file}",
        f"ssl_options.certfile = {made.file}",
        f"ssl_options.keyfile = {made.key}",
    )
    async with private_node(folder / "node", "\n".join(lines) + "\n") as node:
        left = await apply(node.management_url, "otm", PASSWORDS)
        assert [drift.thing for drift in left] == ["user guest"], "the node's own, which a person takes away"
        yield Guarded(port, made.file, node.management_url)


async def taken(channel: AbstractChannel, queue: str) -> AbstractIncomingMessage:
    """Returns the next message of a queue, removed from it."""
    found = await channel.get_queue(queue, ensure=False)
    async with asyncio.timeout(20):
        while (message := await found.get(fail=False, no_ack=True)) is None:
            await asyncio.sleep(0.05)
    return message


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def hearing_dispatcher(guarded: Guarded) -> AsyncIterator[list[str]]:
    """Dispatcher's bus on one contract, with a handler that fails once; yields the ids of what was handled."""
    handled: list[str] = []
    failed: list[str] = []

    async def handle(event: Event[CampaignLaunched]) -> None:
        if event.id not in failed:
            failed.append(event.id)
            raise RuntimeError
        handled.append(event.id)

    breaker = CircuitBreaker(nothing_wrong, store_is_unavailable)
    bus = Bus("dispatcher", guarded.settings("dispatcher"), breaker, BusMetrics(CollectorRegistry()))
    bus.hear({CampaignLaunched: handle})
    bus.start()
    try:
        await consuming(bus)
        yield handled
    finally:
        await bus.stop_consuming()
        await bus.stop()


async def test_a_topology_that_was_applied_differs_in_nothing_and_what_is_changed_is_found(guarded: Guarded) -> None:
    async with guarded.channel("topology") as channel:
        await channel.queue_delete("planner.notice.sent.v1")
        await (await channel.declare_queue("notifier.dropped.v1", durable=True)).bind(EVENTS, "campaign.launched.v1")
        found = await differences(guarded.management_url, "otm", PASSWORDS | {"intake": "another"})
        assert {drift.thing for drift in found} == {
            "user guest",
            "user intake",
            "queue planner.notice.sent.v1",
            "queue notifier.dropped.v1",
        }
        left = await apply(guarded.management_url, "otm", PASSWORDS)
        assert {drift.thing for drift in left} == {"user guest", "queue notifier.dropped.v1"}
        await channel.queue_delete("notifier.dropped.v1")


async def test_an_unknown_authority_is_not_trusted(guarded: Guarded, tmp_path: Path) -> None:
    stranger = certificate(tmp_path).file
    with pytest.raises((ssl.SSLError, ConnectionError), match=r"(?i)certificate"):
        await aio_pika.connect(guarded.url("planner", stranger))


async def test_a_service_hears_only_who_may_say_it_and_retries_within_its_rights(guarded: Guarded) -> None:
    launched = launch()
    async with hearing_dispatcher(guarded) as handled, guarded.channel("notifier") as notifier:
        forged = to_message(sealed(launch()))
        forged.user_id, forged.headers = "notifier", {**forged.headers, SAID_BY: "planner"}
        # past the topic permissions, as whoever may retry a message can
        await notifier.default_exchange.publish(forged, LAUNCHED)
        async with guarded.channel("operations") as operations:
            dead = await taken(operations, "dispatcher.dead")
        assert dead.headers[EXCEPTION] == "NotTheirsToSay"
        assert dead.headers[REASON] == "notifier said this, which is only planner to say"

        async with guarded.channel("planner") as planner:
            message = to_message(sealed(launched))
            message.user_id = "planner"
            events = await planner.get_exchange(EVENTS, ensure=False)
            await events.publish(message, CampaignLaunched.event_type)
        await until(lambda: handled == [launched.id])


async def say(channel: AbstractChannel) -> object:
    events = await channel.get_exchange(EVENTS, ensure=False)
    return await events.publish(aio_pika.Message(b"{}"), CampaignLaunched.event_type)


async def take(channel: AbstractChannel) -> object:
    return await (await channel.get_queue(LAUNCHED, ensure=False)).get(fail=False)


ACTS: dict[str, Callable[[AbstractChannel], Awaitable[object]]] = {
    "say": say,
    "take": take,
    "declare": lambda channel: channel.declare_queue("planner.mine", durable=True),
    "delete": lambda channel: channel.queue_delete("planner.dead"),
    "change what is shared": lambda channel: channel.exchange_delete(EVENTS),
}


@pytest.mark.parametrize("act", ACTS)
async def test_a_services_user_may_not_do_what_is_anothers(guarded: Guarded, act: str) -> None:
    async with guarded.channel("notifier") as channel:
        with pytest.raises(ChannelClosed, match="ACCESS_REFUSED"):
            await ACTS[act](channel)


async def test_every_service_can_make_and_find_all_that_it_relies_on(guarded: Guarded) -> None:
    for name in SERVICES:
        bus = Bus(name, guarded.settings(name), CircuitBreaker(nothing_wrong, store_is_unavailable),
                  BusMetrics(CollectorRegistry()))  # fmt: skip
        ours = [consumer for consumer in consumers() if consumer.service == name]
        try:
            await bus.upkeep.declare(*ours)
            assert await bus.upkeep.look(*ours) == []
        finally:
            await bus.upkeep.close()


async def test_operators_replay_dead_letters_follow_events_and_make_no_other_queues(guarded: Guarded) -> None:
    async with await aio_pika.connect(guarded.url("operations")) as connection:
        async with frozen(connection, "planner.dead", lambda letter: bool(letter)) as found:
            assert found.count == 0
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(EVENTS, CampaignLaunched.event_type)
        with pytest.raises(ChannelClosed, match="ACCESS_REFUSED"):
            await channel.declare_queue("planner.further", exclusive=True)
