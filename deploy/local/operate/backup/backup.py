"""A stack's data written to one file while its services are stopped, and put back into an empty stack.

Services are stopped because an event is in one place at a time, in an outbox, in a queue or in the hearer's database:
copied while it moves, it would be in none of the copies, or in two. The file says at what moment it was made. It holds
no keys: without the keyring nobody can read a customer in it, and with it lost neither can we.
"""

import json
import tarfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection

from deploy.catalogue import SERVICES, consumers
from deploy.local.errors import StackError
from deploy.local.operate.backup.archive import Reader, Writer
from deploy.local.operate.backup.messages import copied, put_back
from deploy.local.store.dump import Dump
from shared.messaging.declaring import declare, depths
from shared.messaging.topology import queues

DATABASES = (*(f"otm_{name}" for name in SERVICES), "otm_operations")
BSON, INDEXES = ".bson", ".indexes.json"


@dataclass(frozen=True)
class Place:
    """The broker and the store, and the keys by which values in the store are encrypted."""

    amqp_url: str
    mongo_url: str
    keys: Sequence[str]
    databases: Sequence[str] = DATABASES


async def back_up(place: Place, path: Path) -> dict[str, int]:
    """Writes everything to a new file; returns the number of records of each member.

    Raises `StackError` while services consume, or where the file is there already.
    """
    _expect_new(path)
    draft = path.with_name(f"{path.name}.part")
    async with await aio_pika.connect(place.amqp_url) as connection:
        await _expect_no_services(connection)
        with tarfile.open(draft, "w:gz") as tar:
            draft.chmod(0o600)
            writer = Writer(tar)
            await _write_databases(writer, place)
            async with connection.channel() as channel:
                for name in await depths(connection, _queues()):
                    await writer.add(f"queues/{name}.jsonl", copied(channel, name))
            writer.close({"at": datetime.now(UTC).isoformat(), "keys": sorted(place.keys)})
    draft.replace(path)
    return writer.counts


async def restore(place: Place, path: Path) -> dict[str, int]:
    """Puts everything back; returns the number of records of each member.

    Raises `StackError` before anything is written where the file is not whole, a key is missing, services consume, or
    the stack is not empty.
    """
    reader = Reader.opened(path)
    dump = Dump(place.mongo_url)
    try:
        missing = set(reader.manifest["keys"]) - set(place.keys)
        if missing:
            raise StackError(
                f"The keyring lacks {', '.join(sorted(missing))}: put the keyring of that time in its place"
            )
        async with await aio_pika.connect(place.amqp_url) as connection:
            await _expect_no_services(connection)
            await _expect_empty(connection, dump, place)
            await _read_databases(reader, dump)
            async with connection.channel(on_return_raises=True) as channel:
                await declare(channel, *consumers())
                await _read_queues(reader, channel, place)
    finally:
        reader.close()
        await dump.close()
    counts: dict[str, int] = reader.manifest["counts"]
    return counts


async def _write_databases(writer: Writer, place: Place) -> None:
    dump = Dump(place.mongo_url)
    try:
        for database in place.databases:
            for collection in await dump.collections(database):
                name = f"store/{database}/{collection}"
                await writer.add(f"{name}{INDEXES}", _lines(await dump.indexes(database, collection)))
                await writer.add(f"{name}{BSON}", dump.documents(database, collection))
    finally:
        await dump.close()


async def _read_databases(reader: Reader, dump: Dump) -> None:
    for name in reader.members("store"):
        if name.endswith(BSON):
            base = name.removesuffix(BSON)
            _, database, collection = base.split("/", 2)
            await dump.make(database, collection, list(reader.lines(f"{base}{INDEXES}")))
            await dump.insert(database, collection, reader.documents(name))


async def _read_queues(reader: Reader, channel: AbstractChannel, place: Place) -> None:
    user = unquote(urlsplit(place.amqp_url).username or "") or None
    for name in reader.members("queues"):
        for message in reader.lines(name):
            await put_back(channel, name.removeprefix("queues/").removesuffix(".jsonl"), message, user)


async def _lines(records: Sequence[dict[str, object]]) -> AsyncIterator[bytes]:
    for record in records:
        yield json.dumps(record, default=str).encode() + b"\n"


def _expect_new(path: Path) -> None:
    if path.exists():
        raise StackError(f"{path} is there already: give another name")


def _queues() -> list[str]:
    return [queue.name for queue in queues(consumers())]


async def _expect_no_services(connection: AbstractConnection) -> None:
    found = await depths(connection, _queues())
    consumed = sorted(name for name, depth in found.items() if depth.consumers)
    if consumed:
        raise StackError(
            f"Services consume {consumed[0]} and {len(consumed) - 1} other queues: stop all services first"
        )


async def _expect_empty(connection: AbstractConnection, dump: Dump, place: Place) -> None:
    found = await depths(connection, _queues())
    waiting = [f"queue {name}" for name, depth in found.items() if depth.messages]
    there = [f"database {name}" for name in place.databases if await dump.collections(name)]
    if waiting or there:
        raise StackError(f"The stack is not empty ({(there + waiting)[0]}): restore into a new one")
