"""Each task queue in turn: its workers as processes of their own, on the same broker and store."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import aio_pika

from bench.peers.one import DONE, recipients
from services.dispatcher.ledger.repository.ledger import COMMUNICATIONS
from shared.storage.store import Indexes, Store

PEERS = ("celery", "dramatiq", "taskiq")
WITHIN = 300.0  # seconds
STARTED = 4.0  # seconds that workers have to start before there is work


async def race(folder: Path, amqp_url: str, mongo_url: str, size: int) -> dict[str, int]:
    """Communications a second, of each."""
    return {name: round(await _one(name, folder, amqp_url, mongo_url, size)) for name in PEERS}


async def _one(name: str, folder: Path, amqp_url: str, mongo_url: str, size: int) -> float:
    letters, database = folder / f"letters-{name}", f"bench_{name}"
    letters.mkdir()
    store = Store(mongo_url, database, Indexes("communications", COMMUNICATIONS.models))
    await store.prepare()
    await store["recipients"].insert_many(recipients(size))
    environment = {**os.environ, "BENCH_DATABASE": database, "BENCH_FOLDER": str(letters), "BENCH_MONGO": mongo_url,
                   "BENCH_AMQP": amqp_url, "PYTHONPATH": str(Path.cwd())}  # fmt: skip
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.set_qos(500)
        done = await channel.declare_queue(DONE, durable=True, arguments={"x-queue-type": "quorum"})
        await done.purge()
        worker = await asyncio.create_subprocess_exec(
            *_command(name), env=environment, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
        try:
            await asyncio.sleep(STARTED)
            began = time.monotonic()
            sender = await asyncio.create_subprocess_exec(
                sys.executable, "-c", f"from bench.peers.by_{name} import enqueue; enqueue({size})", env=environment
            )
            async with asyncio.timeout(WITHIN):
                await _heard(done, size)
            seconds = time.monotonic() - began
            await sender.wait()
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            await worker.wait()
    stored = await store["communications"].count_documents({})
    store.close()
    if stored != size:
        raise RuntimeError(f"{name} stored {stored} of {size}")
    return size / seconds


def _command(name: str) -> list[str]:
    import importlib

    command: list[str] = importlib.import_module(f"bench.peers.by_{name}").COMMAND
    return [str(Path(sys.executable).parent / command[0]), *command[1:]]


async def _heard(done: Any, size: int) -> None:
    bodies: set[bytes] = set()
    async with done.iterator(no_ack=True) as messages:
        async for message in messages:
            bodies.add(message.body)
            if len(bodies) == size:
                return
