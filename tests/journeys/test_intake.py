"""Intake alone, as a process: whatever dies or is away, every contact that was answered for is stored once and said
once, and nothing else is."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import pymongo
import pytest
from aio_pika.abc import AbstractIncomingMessage

from deploy.local.demo.services import until
from deploy.local.environment import Wiring
from deploy.local.home import Home
from deploy.local.machine import Machine
from deploy.local.services import Services
from deploy.local.settings import LocalSettings
from deploy.local.state import unwatched
from deploy.local.store.store import Store
from deploy.local.store.ways import store_ways
from deploy.local.ways import choose
from shared.clock import ShiftedClock
from shared.contracts import ContactRecorded, ContactsRecorded
from shared.contracts.contacts import RecordedContact
from shared.letter_reference import letter_reference
from shared.messaging import topology
from tests.intake.letters import CALLED, report
from tests.support.ground import Ground

LISTENER = "everything-recorded"
CUSTOMERS = [letter_reference(number, b"customers") for number in range(5)]


@dataclass
class Alone:
    """Intake, and all that it says in a queue."""

    services: Services
    key: str
    channel: aio_pika.abc.AbstractChannel
    mongo_url: str
    database: str

    def client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.AsyncClient(base_url=self.services.url("intake"), headers=headers, timeout=30)

    async def insist(self, client: httpx.AsyncClient, path: str, key: str, **content: Any) -> httpx.Response:
        """As a good caller: the same request under the same key, until it is answered for."""
        headers = {"Idempotency-Key": key}
        async with asyncio.timeout(150):
            while True:
                try:
                    answer = await client.post(path, headers=headers, **content)
                    if answer.status_code < 500 and '"status":503' not in answer.text:
                        return answer
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.2)

    def stored(self) -> tuple[set[str], int]:
        """The ids of all contacts, and how many the counters say there are."""
        with pymongo.MongoClient[dict[str, Any]](self.mongo_url) as client:
            database = client[self.database]
            counted = sum(row["contacts"] for row in database["volumes"].find())
            return {row["_id"] for row in database["contacts"].find({}, {"_id": 1})}, counted

    async def waiting(self) -> int:
        with pymongo.MongoClient[dict[str, Any]](self.mongo_url) as client:
            return await asyncio.to_thread(client[self.database]["outbox"].count_documents, {})

    async def said(self) -> list[RecordedContact]:
        """Every contact in the order in which it was said first, once nothing waits; of an event said twice, once."""
        await until(self.waiting, lambda count: count == 0, "the outbox to be empty", 120)
        queue = await self.channel.get_queue(LISTENER)
        found: dict[str, Sequence[RecordedContact]] = {}
        while (message := await queue.get(fail=False, no_ack=True)) is not None:
            found.setdefault(str(message.message_id), contacts_in(message))
        return [contact for contacts in found.values() for contact in contacts]

    async def expect(self, answered: set[str]) -> None:
        """Stored once, counted once and said once; and nothing else is."""
        said = await self.said()
        stored, counted = await asyncio.to_thread(self.stored)
        assert stored == answered
        assert counted == len(answered)
        assert sorted(contact.contact for contact in said) == sorted(answered)


def contacts_in(message: AbstractIncomingMessage) -> Sequence[RecordedContact]:
    if message.routing_key == ContactsRecorded.event_type:
        return ContactsRecorded.model_validate_json(message.body).contacts
    return [ContactRecorded.model_validate_json(message.body)]


@asynccontextmanager
async def alone(amqp_url: str, mongo_url: str, folder: Path, *die_at: str) -> AsyncIterator[Alone]:
    home = Home(folder)
    home.prepare()
    ShiftedClock(home.clock).shift_to(CALLED)
    (folder / "markers").mkdir(parents=True)
    prefix = f"t{uuid4().hex[:8]}_"
    command = [sys.executable, "-m", "tests.support.tampering", "intake", *(f"--die-at={point}" for point in die_at)]
    services = Services(
        home,
        Wiring(amqp_url=amqp_url, mongo_url=mongo_url, smtp_port=0, database_prefix=prefix),
        names=["intake"],
        commands={"intake": command},
        environment={"intake": {"OTM_TEST_MARKERS": str(folder / "markers")}},
    )
    async with services, await aio_pika.connect_robust(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(LISTENER, durable=True)
        for kind in (ContactRecorded, ContactsRecorded):
            await queue.bind(topology.EVENTS, kind.event_type)
        key = json.loads(home.credentials.read_bytes())["helpline"]
        yield Alone(services, key, channel, mongo_url, f"{prefix}otm_intake")


async def test_a_stream_that_is_cut_by_crashes_is_kept_once_and_said_once(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    """One stream at a time, so that no other transaction is open: its locks would stay for a minute."""
    points = ("outbox: committed, not said", "relay: said, not forgotten")
    body = b"\n".join(json.dumps(report(letter_reference=CUSTOMERS[n % 5], duration_seconds=n)).encode()
                      for n in range(1_200))  # fmt: skip
    async with alone(amqp_url, ground.mongo_url, tmp_path, *points) as intake, intake.client() as client:
        answer = await intake.insist(client, "/v1/contacts/batch", "friday", content=body)
        answers = [json.loads(line) for line in answer.text.splitlines()]
        assert {each["status"] for each in answers} == {201}
        await intake.expect({each["contact"] for each in answers})
        assert len(list((tmp_path / "markers").iterdir())) == len(points)
        assert intake.services.replica("intake").restarts == len(points)


@pytest.mark.long
async def test_killed_at_random_under_load_every_answer_is_kept_once_and_said_once(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    """Transactions are cut short, and what they would have written is locked for a minute."""
    random = Random(5)
    async with alone(amqp_url, ground.mongo_url, tmp_path) as intake, intake.client() as client:
        answered: set[str] = set()

        async def caller(number: int) -> None:
            for call in range(40):
                body = report(letter_reference=CUSTOMERS[number % 5], reason="complaint", duration_seconds=call)
                answer = await intake.insist(client, "/v1/contacts", f"{number}-{call}", json=body)
                assert answer.status_code == 201
                answered.add(answer.json()["contact"])

        calling = asyncio.gather(*(caller(number) for number in range(20)))
        for _ in range(3):
            await asyncio.sleep(random.uniform(0.3, 1.5))
            await intake.services.kill("intake")
            await intake.services.wait_ready()
        await calling
        assert len(answered) == 800
        await intake.expect(answered)


async def test_with_the_broker_away_contacts_are_accepted_and_said_later_in_order_for_each_customer(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    assert ground.broker is not None, "the broker was given, and is not ours to stop"
    async with alone(amqp_url, ground.mongo_url, tmp_path) as intake, intake.client() as client:
        await ground.broker.stop()
        told: dict[str, list[str]] = {}

        async def customer(letter: str) -> None:
            for call in range(20):
                answer = await client.post("/v1/contacts", json=report(letter_reference=letter, duration_seconds=call))
                assert answer.status_code == 201
                told.setdefault(letter, []).append(answer.json()["contact"])

        try:
            await asyncio.gather(*map(customer, CUSTOMERS))
            health = await client.get("/health/ready")
            assert (health.status_code, health.json()["status"]) == (200, "degraded")
        finally:
            await ground.broker.start()
        said = await intake.said()
        assert {letter: [event.contact for event in said if event.letter == letter] for letter in CUSTOMERS} == told


async def test_with_the_store_away_callers_are_told_to_come_back_and_are_served_when_it_is(
    amqp_url: str, tmp_path: Path
) -> None:
    home = Home(tmp_path / "store")
    home.prepare()
    settings = LocalSettings()
    store = choose("MongoDB store", store_ways(home, settings, Machine(), unwatched), settings.store).build()
    await store.start()
    try:
        await _through_an_outage(store, amqp_url, tmp_path / "intake")
    finally:
        await store.stop()


async def _through_an_outage(store: Store, amqp_url: str, folder: Path) -> None:
    async with alone(amqp_url, store.url, folder) as intake, intake.client() as client:
        first = await intake.insist(client, "/v1/contacts", "call-1", json=report())
        await store.stop()
        began = time.monotonic()
        refused = await client.post("/v1/contacts", json=report(), headers={"Idempotency-Key": "call-2"})
        assert time.monotonic() - began < 30
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert int(refused.headers["Retry-After"]) > 0
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get("/health/live")).status_code == 200
        await store.start()
        second = await intake.insist(client, "/v1/contacts", "call-2", json=report())
        again = await intake.insist(client, "/v1/contacts", "call-1", json=report())
        assert (second.status_code, again.json()) == (201, first.json())
        assert (await client.get("/health/ready")).status_code == 200
        await intake.expect({first.json()["contact"], second.json()["contact"]})
        assert intake.services.replica("intake").restarts == 0
