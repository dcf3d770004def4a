"""A whole stack of its own whose broker and store hang, run short of memory, or run out of disk."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aio_pika
import httpx
import pytest

from deploy.local.broker.configuration import node_environment
from deploy.local.broker.node import PrivateNode
from deploy.local.broker.trouble import broker_trouble
from deploy.local.demo.services import ServiceClients
from deploy.local.operate.stack.status import StackReport, report
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.services import SERVICES
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.stack import Stack
from deploy.local.store.own import OwnStore
from tests.deploy.given.standin import standin
from tests.deploy.given.traces import nothing_is_left_of

pytestmark = pytest.mark.long
HUNG_AFTER = 6.0  # seconds
PATIENCE_SECONDS = 10.0
LEFT = 20 * 1024 * 1024
"""Bytes, of which RabbitMQ wants 50 million."""
ROUND = 15  # contacts


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Broker, store and services are its own, and all real."""
    home = Home(tmp_path_factory.mktemp("trouble") / "otm")
    async with Stack(home, LocalSettings(broker="node", store="secantus", hung_after=HUNG_AFTER)) as running:
        yield running
    assert await nothing_is_left_of(home)


async def until(home: Home, holds: Callable[[StackReport], bool], seconds: float = 90) -> StackReport:
    async with asyncio.timeout(seconds):
        while not holds(found := await report(home)):
            await asyncio.sleep(0.5)
    return found


def trouble_of(found: StackReport, name: str) -> str:
    return next(process.trouble or "" for process in found.processes if process.name == name)


def process_of(stack: Stack, name: str) -> Supervised:
    broker, store = stack.infrastructure.broker, stack.infrastructure.store
    assert isinstance(broker, PrivateNode)
    assert isinstance(store, OwnStore)
    return next(process for process in [*broker._processes, store._process] if process.program.name == name)


async def report_contacts(stack: Stack, first: int) -> None:
    """Calls again while nobody answers, under the same key."""
    clients = ServiceClients(stack.home, stack.urls(), patience=180)
    body = {"channel": "phone", "reason": "other", "received_at": "2026-01-05T10:00:00Z"}
    for number in range(first, first + ROUND):
        answer = await clients.call(
            "helpline", "POST", "intake", "/v1/contacts", body=body, headers={"Idempotency-Key": f"call-{number}"}
        )
        assert answer.status_code == httpx.codes.CREATED
    await clients.close()


async def test_a_store_and_a_broker_that_hang_are_started_again_and_nothing_is_lost(stack: Stack) -> None:
    async with await aio_pika.connect(stack.infrastructure.amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("listener", durable=True, arguments={"x-queue-type": "quorum"})
        await queue.bind("otm.events", "contact.recorded.v1")
        await queue.bind("otm.events", "contacts.recorded.v1")
    await report_contacts(stack, 0)
    for number, name in enumerate(("store", "broker"), start=1):
        process = process_of(stack, name)
        restarts = process.restarts
        assert process.pid
        os.kill(process.pid, signal.SIGSTOP)
        asked = time.monotonic()
        hung = await report(stack.home)
        assert time.monotonic() - asked < 3  # two seconds on a machine with nothing else to do
        assert not hung.healthy
        assert "no answer within" in trouble_of(hung, name)
        await report_contacts(stack, number * ROUND)
        async with asyncio.timeout(120):
            while process.restarts == restarts:
                await asyncio.sleep(0.1)
        await until(stack.home, lambda found: found.healthy)
    assert await heard(stack) == 3 * ROUND


async def heard(stack: Stack) -> int:
    """The contacts that the listener hears of, each counted once."""
    contacts: set[str] = set()
    async with await aio_pika.connect(stack.infrastructure.amqp_url) as connection, asyncio.timeout(60):
        queue = await (await connection.channel()).get_queue("listener")
        while len(contacts) < 3 * ROUND:
            message = await queue.get(fail=False)
            if message is None:
                await asyncio.sleep(0.2)
                continue
            data = json.loads(message.body)
            contacts |= {data["contact"]} if "contact" in data else {each["contact"] for each in data["contacts"]}
            await message.ack()
    return len(contacts)


async def test_a_queue_that_was_deleted_is_named_until_it_is_made_again(stack: Stack) -> None:
    async with await aio_pika.connect(stack.infrastructure.amqp_url) as connection:
        await (await connection.channel()).queue_delete("planner.contact.recorded.v1")
    found = await until(stack.home, lambda found: not found.healthy)
    assert "planner.contact.recorded.v1" in trouble_of(found, "broker") + trouble_of(found, "planner")
    await until(stack.home, lambda found: found.healthy)


async def test_a_broker_whose_queue_has_failed_is_started_again(stack: Stack) -> None:
    process, urls = process_of(stack, "broker"), stack.urls()
    restarts = process.restarts
    control(stack, "eval", "ra:stop_server(quorum_queues, {'otm_planner.contact.recorded.v1', node()}).")
    trouble = await broker_trouble(urls["management"], urls["amqp"], PATIENCE_SECONDS)
    assert trouble == "queues that do not work: planner.contact.recorded.v1"
    async with asyncio.timeout(120):
        while process.restarts == restarts:
            await asyncio.sleep(0.1)
    await until(stack.home, lambda found: found.healthy)


async def test_a_memory_alarm_is_named_and_ends(stack: Stack) -> None:
    control(stack, "set_vm_memory_high_watermark", "0.00001")
    try:
        found = await until(stack.home, lambda found: "memory alarm" in trouble_of(found, "broker"))
        assert not found.healthy
    finally:
        control(stack, "set_vm_memory_high_watermark", "0.6")
    await until(stack.home, lambda found: found.healthy)


def control(stack: Stack, *arguments: str) -> None:
    """Runs rabbitmqctl on the stack's own node."""
    broker = stack.infrastructure.broker
    assert isinstance(broker, PrivateNode)
    environment = node_environment(stack.home.broker, broker._ports)
    server = Machine().rabbitmq_server() or Path()
    command = [str(server.with_name("rabbitmqctl")), "-n", environment["RABBITMQ_NODENAME"], *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True)


@contextmanager
def disk(folder: Path, size: str) -> Iterator[Path | None]:
    """A small disk of its own; None, with a warning, where this machine does not let one be mounted."""
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if mount.returncode:
        warnings.warn("a full disk was not tried: tmpfs cannot be mounted here", stacklevel=1)
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(ballast: Path, left: int) -> None:
    """Writes until so many bytes are free on the disk, or none."""
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while shutil.disk_usage(ballast.parent).free > left or left == 0:
            file.write(bytes(64 * 1024))


async def test_a_disk_that_is_full_is_seen_and_all_is_well_again_when_there_is_room(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "700M") as folder:
        if folder is None:
            return
        home = Home(folder / "otm")
        settings = LocalSettings(
            broker="node", store="secantus", hung_after=HUNG_AFTER, commands={name: standin() for name in SERVICES}
        )
        async with Stack(home, settings):
            await until(home, lambda found: found.healthy)
            ballast = folder / "ballast"
            await asyncio.to_thread(fill, ballast, LEFT)
            await until(home, lambda found: "disk alarm" in trouble_of(found, "broker"))
            await asyncio.to_thread(fill, ballast, 0)
            await until(home, lambda found: trouble_of(found, "store") != "")
            ballast.unlink()
            await until(home, lambda found: found.healthy)
        assert await nothing_is_left_of(home)
