"""Readiness names a broker or a store that is in trouble within two seconds, and is well again after it."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from shared.errors import Unavailable
from shared.running.health import Health
from shared.storage.store import Store
from tests.integration.given.waiting import until
from tests.support.private_node import Node, private_node
from tests.support.probe import Heard, ProbeService, probe, probe_service

ANSWER_SECONDS = 2.0
"""Within which readiness answers, whatever hangs."""
SLACK_SECONDS = 5.0
"""The time that a busy machine may add."""


@pytest.fixture(scope="module")
async def node(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    async with private_node(tmp_path_factory.mktemp("node")) as node:
        yield node


def health_of(service: ProbeService) -> Health:
    return Health({"topology": service.bus.relied_on}, {"broker": service.bus.ping, "consumers": service.bus.consuming})


async def looked(health: Health) -> dict[str, str]:
    """Returns the answer of readiness, in the time that it has."""
    begun = time.monotonic()
    _, parts = await health.look()
    assert time.monotonic() - begun < ANSWER_SECONDS + SLACK_SECONDS
    return parts


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
