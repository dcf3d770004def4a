"""A running intake with its letters, and what the bench holds it against, on a broker and a store of their own."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import aio_pika
import psutil
from aio_pika.abc import AbstractIncomingMessage
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.processes.program import Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.ports import Ports
from deploy.local.stack.services import Services
from services.intake.privacy.repository.privacy import PERSONAL
from shared.contracts import ContactRecorded, ContactsRecorded
from shared.customers.letter_reference import letter_reference
from shared.messaging import topology

CAMPAIGN = "OTM-26-0042"
KEY = b"bench"
REASONS = ("help-to-act", "why-me", "change-to-return", "not-theirs", "other")


@dataclass
class Bench:
    """A running intake, and what it stands on."""

    port: int
    floor_port: int
    key: str
    process: psutil.Process
    mongo_url: str
    database: str
    letters: int
    said: int = 0

    def contacts(self, count: int, seed: int) -> Iterator[dict[str, Any]]:
        random = Random(seed)  # noqa: S311 - invents contacts
        now = datetime.now(UTC)
        for _ in range(count):
            yield {
                "letter_reference": letter_reference(random.randrange(self.letters), KEY),
                "channel": "phone",
                "reason": random.choice(REASONS),
                "received_at": (now - timedelta(seconds=random.randrange(3_600))).isoformat(),
                "duration_seconds": random.randrange(30, 1_800),
                "note": "Asked what the letter means for the second flat, and by when.",
            }

    async def hear(self, message: AbstractIncomingMessage) -> None:
        """One event, which tells of one contact or of several."""
        self.said += message.body.count(b'"contact":')

    async def until_said(self, count: int) -> None:
        """Until the broker has said of so many more contacts that they were recorded."""
        while self.said < count:
            await asyncio.sleep(0.01)

    def forget_said(self) -> None:
        self.said = 0

    def memory(self) -> float:
        """Megabytes."""
        return float(self.process.memory_info().rss) / 1e6


@asynccontextmanager
async def running(letters: int) -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        async with Infrastructure(home) as ground:
            wiring = Wiring(amqp_url=ground.amqp_url, mongo_url=ground.mongo_url, smtp_port=0)
            floor = _floor(home, ground.mongo_url)
            async with (
                Services(home, wiring, names=["intake"]) as services,
                floor,
                await aio_pika.connect(ground.amqp_url) as connection,
            ):
                channel = await connection.channel()
                queue = await channel.declare_queue("bench", durable=True)
                bench = Bench(
                    port=services.replica("intake").program.port,
                    floor_port=floor.program.port,
                    key=json.loads(home.credentials.read_bytes())["helpline"],
                    process=_listening(services.replica("intake").program.port),
                    mongo_url=ground.mongo_url,
                    database="otm_intake",
                    letters=letters,
                )
                await register(bench)
                for kind in (ContactRecorded, ContactsRecorded):
                    await queue.bind(topology.EVENTS, kind.event_type)
                await queue.consume(bench.hear, no_ack=True)
                await keys_settled(bench)
                yield bench


def _floor(home: Home, mongo_url: str) -> Supervised:
    port = Ports(home.ports).get("floor")
    command = [sys.executable, "-m", "bench.bare", str(port), mongo_url, "bench_floor"]
    health = f"http://127.0.0.1:{port}/health/ready"
    program = Program(name="floor", description="floor", command=command, port=port, health=health, grace=3.0)
    return Supervised(program, home.logs)


def _listening(port: int) -> psutil.Process:
    for process in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port and c.status == psutil.CONN_LISTEN for c in process.net_connections()):
            return process
    raise RuntimeError(f"nobody listens at {port}")


async def register(bench: Bench) -> None:
    """As hearing of the letters leaves them in the store."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(bench.mongo_url)
    lines = {"campaign": CAMPAIGN, "version": 1, "lines": [], "published_at": "2026-09-01T09:00:00Z"}
    await client[bench.database]["lines_to_take"].insert_one({"_id": f"{CAMPAIGN}:1", **lines})
    for start in range(0, bench.letters, 2_000):
        rows = [
            {
                "_id": letter_reference(number, KEY),
                "campaign": CAMPAIGN,
                "arm": ("plain", "social-norm")[number % 2],
                "language": "en",
                "lines_to_take": 1,
                "issued_at": datetime(2026, 9, 7, 6, tzinfo=UTC),
                "customer": f"{number:032x}",
            }
            for number in range(start, min(start + 2_000, bench.letters))
        ]
        await client[bench.database]["letters"].insert_many(rows, ordered=False)
    client.close()


async def keys_settled(bench: Bench) -> None:
    """A new service looks twice whether anything is encrypted under an old key: that is no part of what is measured."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(bench.mongo_url)
    passes = client[bench.database]["reencryption"]
    while await passes.count_documents({"done": True}) < len(PERSONAL):
        await asyncio.sleep(0.5)
    client.close()
