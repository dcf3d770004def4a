"""One whole campaign through the four services, in one replica of each and in two, with nobody's data where it should
not be."""

import asyncio
from email import message_from_bytes, policy
from pathlib import Path

import aio_pika
import pymongo
import pytest

from deploy.local.stack.services import SERVICES
from shared.messaging import topology
from tests.journeys.one_trace import expect_one_trace
from tests.support.ground import Ground
from tests.support.spans import collector
from tests.support.stage import Stage, population, stage


@pytest.mark.long
async def test_two_replicas_of_each_service_come_to_the_same(ground: Ground, amqp_url: str, tmp_path: Path) -> None:
    async with stage(ground, amqp_url, tmp_path / "two", replicas=2) as running:
        two = await running.play()
    assert two.checks == dict.fromkeys(two.checks, True)


async def test_a_campaign_runs_from_approval_to_alert_and_personal_data_is_nowhere_but_in_the_letters(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    async with (
        collector() as spans,
        stage(ground, amqp_url, tmp_path, environment=dict.fromkeys(SERVICES, spans.environment)) as running,
        await aio_pika.connect(amqp_url) as connection,
    ):
        channel = await connection.channel()
        everything = await channel.declare_queue("everything-said")
        await everything.bind(topology.EVENTS, "#")
        outcome = await running.play()
        assert outcome.checks == dict.fromkeys(outcome.checks, True)
        await _poison(channel)
        await _until_dead(channel)
        assert outcome.figures.volunteered > 0
        assert 20 < outcome.figures.agent_copies < outcome.figures.printed
        assert {"debt-management", "extra-support"} <= set(outcome.figures.referrals)
        said = [await _drain(channel, name) for name in ("everything-said", "intake.dead")]
        stored = await asyncio.to_thread(_everything_stored, running)
    expect_one_trace(spans.spans)
    logged = "".join(file.read_text() for file in running.home.logs.glob("*.log"))
    assert len(logged) > 10_000
    assert len(said[0]) > 100_000
    assert "the data: not valid JSON" in said[1]
    mailed = "\n".join(_written(file) for file in running.home.mail.glob("*.eml"))
    assert mailed.count("OTM-") > 10
    personal = _personal_values()
    assert len(personal) > 1_000
    everywhere = {
        "events": said[0],
        "dead letters' headers": said[1],
        "logs": logged,
        "store": stored,
        "mail": mailed,
        "spans": spans.text,
    }
    for name, text in everywhere.items():
        found = [value for value in personal if value in text]
        assert not found, f"{len(found)} personal values in the {name}"


async def _poison(channel: aio_pika.abc.AbstractChannel) -> None:
    """A message that quotes a customer where an event should be."""
    customer = population()[1]
    message = aio_pika.Message(
        b'{"campaign": ' + customer,
        headers={f"cloudEvents:{name}": value for name, value in {
            "specversion": "1.0", "id": "1", "source": "/test", "type": "communications.issued.v1",
            "time": "2026-01-01T00:00:00Z"}.items()},
    )  # fmt: skip
    await channel.default_exchange.publish(message, "intake.communications.issued.v1")


async def _until_dead(channel: aio_pika.abc.AbstractChannel) -> None:
    async with asyncio.timeout(60):
        while not (await channel.declare_queue("intake.dead", passive=True)).declaration_result.message_count:
            await asyncio.sleep(0.1)


async def _drain(channel: aio_pika.abc.AbstractChannel, name: str) -> str:
    """All headers of the messages in a queue, and the bodies too where they are events of ours."""
    queue = await channel.get_queue(name, ensure=False)
    found = []
    while (message := await queue.get(fail=False, no_ack=True)) is not None:
        found.append(f"{message.headers} {message.properties}")
        if not name.endswith(".dead"):
            found.append(message.body.decode())
    return "\n".join(found)


def _written(mail: Path) -> str:
    """Every text in an e-mail, whatever its encoding."""
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message["Subject"]), *parts])


def _everything_stored(running: Stage) -> str:
    client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(running.ground.mongo_url)
    ours = [name for name in client.list_database_names() if name.startswith(running.database_prefix)]
    assert len(ours) == 4
    found = [
        str(document)
        for database in ours
        for collection in client[database].list_collection_names()
        for document in client[database][collection].find()
    ]
    assert len(found) > 1_000
    return "\n".join(found)


def _personal_values() -> set[str]:
    """References, names and addresses of customers and agents, and what the callers said."""
    header, *lines = (line.decode().strip() for line in population())
    rows = [dict(zip(header.split(","), line.split(","), strict=False)) for line in lines]
    fields = ("customer_reference", "name", "address_1", "agent_name", "agent_address_1")
    values = {value for row in rows for name in fields if (value := row.get(name))}
    return values | {"asked about the letter", "rent of a second flat", "A call back from"}
