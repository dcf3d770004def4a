"""Another team's service on the bus: rights, its queue, and the consumers in the documents, run as they stand there."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused
from typer.testing import CliRunner

from deploy.catalogue import consumers as ours
from deploy.docs import consumers as examples
from deploy.local.broker.management import Management
from deploy.local.cli import app
from shared.contracts import CampaignStopped, DeliveryReported, WaveStarted
from shared.contracts.base import Contract
from shared.events import first_event
from shared.messaging.declaring import declare
from shared.messaging.envelope import sealed, to_message
from tests.support.ground import Ground
from tests.support.probe import probe
from tests.support.samples import sample

TEAM = "my-team"
PROGRAMS = sorted(Path(examples.__file__).parent.glob("with_*.py"))
HEARS = ("--hear", "campaign.*", "--hear", "wave.started.v1")


@pytest.fixture
async def channel(
    ground: Ground, amqp_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AbstractChannel]:
    urls = {"AMQP": amqp_url, "MANAGEMENT": ground.management_url, "MONGO": ground.mongo_url}
    for name, value in urls.items():
        monkeypatch.setenv(f"OTM_{name}_URL", value)
    monkeypatch.setenv("OTM_HOME", str(tmp_path))
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, *ours())
        yield channel
    async with Management(ground.management_url) as management:
        if TEAM in [user["name"] for user in await management.users()]:
            await management.delete_user(TEAM)


@pytest.fixture
def programs() -> Iterator[list[asyncio.subprocess.Process]]:
    started: list[asyncio.subprocess.Process] = []
    yield started
    for process in started:
        if process.returncode is None:
            process.kill()


async def otm(*arguments: str) -> tuple[int, str, str]:
    said = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    return said.exit_code, said.stdout, said.stderr


async def say(channel: AbstractChannel, data: Contract) -> str:
    event = first_event(data, "planner", probe(1).time)
    exchange = await channel.get_exchange("otm.events", ensure=False)
    await exchange.publish(to_message(sealed(event)), event.type)
    return event.id


async def test_another_team_listens_with_each_program_of_the_documents_and_does_nothing_else(
    channel: AbstractChannel, programs: list[asyncio.subprocess.Process]
) -> None:
    code, made, said = await otm("consumers", "add", TEAM, *HEARS, "--say", "delivery.reported.v1", "--json")
    assert (code, said) == (0, "")
    url = json.loads(made)["url"]
    stopped = sample(CampaignStopped)
    for path in PROGRAMS:
        event = await say(channel, stopped)
        await say(channel, sample(DeliveryReported))  # which it does not hear
        program = await asyncio.create_subprocess_exec(
            sys.executable, str(path), env={**os.environ, "OTM_AMQP_URL": url}, stdout=asyncio.subprocess.PIPE
        )
        programs.append(program)
        assert program.stdout is not None
        async with asyncio.timeout(60):
            line = b""
            while not line.startswith(event.encode()):  # a framework may have something to say of itself
                line = await program.stdout.readline()
                assert line, f"{path.name} has ended"
        program.kill()
        await program.wait()
        assert line.decode().split() == [event, stopped.event_type, stopped.campaign]
    await nothing_else_is_allowed(url)
    assert "does not hear" not in (await otm("consumers", "list"))[1]


async def nothing_else_is_allowed(url: str) -> None:
    """The broker refuses what belongs to others."""
    async with await aio_pika.connect(url) as connection:
        for attempt in (_reads_our_queue, _binds_another_event, _says_what_services_say, _writes_to_our_queue):
            channel = await connection.channel()
            with pytest.raises(ChannelAccessRefused):
                await attempt(channel)
        channel = await connection.channel()
        exchange = await channel.get_exchange("otm.events", ensure=False)
        message = to_message(sealed(first_event(sample(DeliveryReported), "letter-issuer", probe(1).time)))
        await exchange.publish(message, "delivery.reported.v1")


async def _reads_our_queue(channel: AbstractChannel) -> None:
    await (await channel.get_queue("planner.dead", ensure=False)).get(fail=False)


async def _binds_another_event(channel: AbstractChannel) -> None:
    await (await channel.get_queue(f"{TEAM}.events", ensure=False)).bind("otm.events", "contact.recorded.v1")


async def _says_what_services_say(channel: AbstractChannel) -> None:
    exchange = await channel.get_exchange("otm.events", ensure=False)
    await exchange.publish(aio_pika.Message(b"{}"), "campaign.stopped.v1")


async def _writes_to_our_queue(channel: AbstractChannel) -> None:
    await channel.default_exchange.publish(aio_pika.Message(b"{}"), "planner.dead")


async def test_a_team_is_changed_listed_and_removed_once_nothing_waits_for_it(channel: AbstractChannel) -> None:
    _, first, said = await otm("consumers", "add", TEAM, "--hear", "campaign.stopped.v1")
    assert f"OTM_AMQP_URL=amqp://{TEAM}:" in first
    assert "no\ncatch-up" in said
    _, again, _ = await otm("consumers", "add", TEAM, "--hear", "wave.started.v1")
    assert "keeps its password" in again
    await say(channel, sample(CampaignStopped))
    await say(channel, sample(WaveStarted))
    async with asyncio.timeout(60):  # the broker's statistics follow after some seconds
        while (rows := json.loads((await otm("consumers", "list", "--json"))[1]))[0]["waiting"] != 1:
            await asyncio.sleep(0.3)
    assert rows == [{"team": TEAM, "hears": ["wave.started.v1"], "waiting": 1, "consumers": 0}]
    refused = await otm("consumers", "remove", TEAM)
    assert (refused[0], "1 events wait" in refused[2]) == (1, True)
    assert (await otm("consumers", "remove", TEAM, "--discard"))[0] == 0
    assert (await otm("consumers", "list"))[1] == "No other team listens\n"
    assert "There is no consumer" in (await otm("consumers", "remove", TEAM))[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("planner", "--hear", "campaign.*"), "is the name of a part of the stack"),
        (("My Team", "--hear", "campaign.*"), "small letters"),
        (("a.b", "--hear", "campaign.*"), "small letters"),
        ((TEAM,), "Name the events that it hears"),
        ((TEAM, "--hear", "campain.stopped"), "did you mean campaign.stopped.v1"),
        ((TEAM, "--hear", "campaign.*", "--say", "campaign.stopped.v1"), "is said by the services alone"),
    ],
)
async def test_a_team_that_makes_no_sense_is_refused(
    channel: AbstractChannel, arguments: tuple[str, ...], said: str
) -> None:
    code, _, error = await otm("consumers", "add", *arguments)
    assert (code, said in error) == (1, True)
