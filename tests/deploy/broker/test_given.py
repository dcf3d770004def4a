"""A broker that somebody else runs: used as it is, or refused with the reason."""

import asyncio

import pytest

from deploy.local.broker.broker import with_vhost
from deploy.local.broker.given import GivenBroker
from deploy.local.broker.management import Management
from deploy.local.errors import StackError, StartError
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.machine import Machine
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.stack import Stack
from deploy.local.stack.state import ProcessState
from tests.deploy.given.small_node import DESCRIPTORS, SmallNode


async def test_wrong_credentials_and_a_missing_virtual_host_are_told_in_the_brokers_own_words(
    infrastructure: Infrastructure,
) -> None:
    url = infrastructure.amqp_url
    with pytest.raises(StartError, match="ACCESS_REFUSED - Login was refused"):
        await GivenBroker(url.replace("guest:guest@", "guest:wrong@")).start()
    with pytest.raises(StartError, match=r"NOT_ALLOWED - .*nobody-made-this.*OTM_AMQP_URL"):
        await GivenBroker(with_vhost(url, "nobody-made-this")).start()


async def test_a_broker_that_says_nothing_is_refused_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.broker.given.CONNECT_SECONDS", 0.3)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(StartError, match=r"no answer within 0\.3 s"):
            await GivenBroker(f"amqp://127.0.0.1:{port}/").start()


@pytest.mark.long
async def test_a_broker_that_is_too_small_is_refused_before_a_queue_is_made_there(home: Home) -> None:
    beside = Home(home.folder / "given")
    beside.prepare()
    async with SmallNode(beside, Machine()) as node:
        await _limit_known(node.management_url)
        for management_url in (node.management_url, None):
            settings = LocalSettings(amqp_url=node.amqp_url, management_url=management_url)
            with pytest.raises(StackError, match=f"too small: it may have {DESCRIPTORS} file descriptors(.|\n)*ulimit"):
                await Stack(home, settings).start()
        async with Management(node.management_url) as management:
            assert await management.listed("queues", "otm") == []


async def _limit_known(management_url: str) -> None:
    """RabbitMQ gathers its figures every few seconds."""
    async with asyncio.timeout(30), Management(management_url) as management:
        while not (await management.nodes())[0].get("fd_total"):
            await asyncio.sleep(0.2)


async def test_a_broker_whose_limits_cannot_be_seen_is_used_with_a_remark(
    infrastructure: Infrastructure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.broker.capacity.LOOPBACK", ())
    told: list[ProcessState] = []
    await GivenBroker(infrastructure.amqp_url, watch=told.append).start()
    assert "OTM_MANAGEMENT_URL would show them" in told[0].detail
