"""A backup holds all that is in the store and in the queues, and is put back whole or not at all."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from bson import Binary, Int64, ObjectId
from pymongo import AsyncMongoClient

from deploy.catalogue import consumers
from deploy.local.broker.broker import with_vhost
from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from deploy.local.operate.backup.backup import Place, back_up, restore
from shared.messaging.declaring import declare
from shared.messaging.settlement import REASON
from shared.messaging.topology import UNROUTED
from tests.support.ground import Ground

HEARD, RETRY, DEAD = "intake.campaign.approved.v1", "intake.retry.600s", "intake.dead"
AT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
DOCUMENTS = [
    {
        "_id": "a",
        "at": AT,
        "sealed": b"\x00\xff",
        "id": Binary(b"0123456789abcdef", 4),
        "count": Int64(2**40),
        "parts": [{"deep": None}],
    },
    {"_id": ObjectId(), "amount": 1.5, "text": "Llŷn"},
]


@pytest.fixture
async def place(ground: Ground, amqp_url: str, database: str) -> AsyncIterator[Place]:
    """A topology and a database of the test's own, with something in each kind of queue."""
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(ground.mongo_url)
    collection = client[database]["things"]
    await collection.insert_many(DOCUMENTS)
    await collection.create_index("text", unique=True, partialFilterExpression={"text": {"$exists": True}})
    await collection.create_index("at", expireAfterSeconds=10**9)
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await declare(channel, *consumers())
        await said(channel, "", HEARD, "first")
        await said(channel, "", HEARD, "second")
        await said(channel, RETRY, HEARD, "again")
        await said(channel, UNROUTED, "of.nobody.v1", "unheard")
        await said(channel, "", DEAD, "dead", **{REASON: "why", "x-times": [{"time": AT}]})
    yield Place(amqp_url, ground.mongo_url, ["k1"], [database])
    await client.drop_database(database)
    await client.close()


async def said(channel: AbstractChannel, exchange: str, key: str, text: str, **headers: object) -> None:
    where = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
    message = aio_pika.Message(text.encode(), headers=headers, message_id=text, timestamp=AT)  # type: ignore[arg-type]
    await where.publish(message, key)


async def test_all_that_was_there_is_there_again(place: Place, ground: Ground, tmp_path: Path) -> None:
    counts = await back_up(place, tmp_path / "backup.tar.gz")
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o777 == 0o600
    assert (counts[f"queues/{HEARD}.jsonl"], counts[f"store/{place.databases[0]}/things.bson"]) == (2, 2)
    with pytest.raises(StackError, match="not empty"):
        await restore(place, tmp_path / "backup.tar.gz")

    store = AsyncMongoClient[dict[str, object]](ground.mongo_url, tz_aware=True)
    async with store as client, elsewhere(place, ground) as new:
        before = await indexes(client, place)
        await client.drop_database(place.databases[0])
        await restore(new, tmp_path / "backup.tar.gz")
        assert await client[place.databases[0]]["things"].find().sort("_id", 1).to_list() == sorted(
            DOCUMENTS, key=lambda it: (not isinstance(it["_id"], str), str(it["_id"]))
        )
        assert await indexes(client, place) == before
        async with await aio_pika.connect(new.amqp_url) as connection, connection.channel() as channel:
            assert [await taken(channel, HEARD) for _ in range(2)] == [("first", HEARD), ("second", HEARD)]
            assert await taken(channel, RETRY) == ("again", HEARD)
            assert await taken(channel, UNROUTED) == ("unheard", "of.nobody.v1")
            dead = await (await channel.get_queue(DEAD, ensure=False)).get(no_ack=True)
    counted = {name for name in dead.headers if name.endswith("-count")}  # by the broker, as it hands the message out
    assert {name: value for name, value in dead.headers.items() if name not in counted} == {
        REASON: "why",
        "x-times": [{"time": AT.replace(microsecond=0)}],
    }
    assert (dead.message_id, dead.timestamp) == ("dead", AT.replace(microsecond=0))


async def test_a_backup_is_refused_while_services_run_and_never_overwrites(place: Place, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    with pytest.raises(StackError, match="there already"):
        await back_up(place, tmp_path / "there")
    async with await aio_pika.connect(place.amqp_url) as connection, connection.channel() as channel:
        await (await channel.get_queue(DEAD)).consume(AbstractIncomingMessage.ack)
        with pytest.raises(StackError, match="stop all services"):
            await back_up(place, tmp_path / "new")
    assert not (tmp_path / "new").exists()


async def test_what_is_not_whole_or_has_no_key_is_refused_before_anything_is_written(
    place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    await back_up(place, file)
    other = replace(place, keys=["k2"])
    with pytest.raises(StackError, match="lacks k1"):
        await restore(other, file)
    whole = file.read_bytes()
    for broken in (whole[: len(whole) // 2], b"", b"no archive"):
        file.write_bytes(broken)
        with pytest.raises(StackError, match="no backup, or not whole"):
            await restore(place, file)


@asynccontextmanager
async def elsewhere(place: Place, ground: Ground) -> AsyncIterator[Place]:
    """The same place with a virtual host that is empty."""
    name = f"test-{secrets.token_hex(6)}"
    async with Management(ground.management_url) as management:
        await management.create_vhost(name)
        yield replace(place, amqp_url=with_vhost(place.amqp_url, name))
        await management.delete_vhost(name)


async def indexes(client: AsyncMongoClient[dict[str, object]], place: Place) -> list[dict[str, object]]:
    found = await (await client[place.databases[0]]["things"].list_indexes()).to_list()
    return sorted((dict(index) for index in found), key=lambda it: str(it["name"]))


async def taken(channel: AbstractChannel, queue: str) -> tuple[str, str | None]:
    message = await (await channel.get_queue(queue, ensure=False)).get(no_ack=True)
    return message.body.decode(), message.routing_key
