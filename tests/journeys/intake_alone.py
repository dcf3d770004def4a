"""Intake alone, as a process, with letters that it has heard of, and all that it says in a queue."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import pymongo
from aio_pika.abc import AbstractChannel

from deploy.local.demo.services import until
from deploy.local.demo.signing import Signing
from deploy.local.stack.access import key_of
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.services import Services
from services.intake.messages import SAYS
from shared.clock import ShiftedClock
from shared.contracts import CampaignApproved, CommunicationsIssued, Contract
from shared.customers.letter_reference import letter_reference
from shared.events import first_event
from shared.messaging import topology
from shared.messaging.envelope import sealed, to_message
from tests.intake.given.letters import CALLED
from tests.support.clocks import NOON
from tests.support.samples import sample

LETTERS = [letter_reference(number, b"customers") for number in range(20)]
LISTENER = "everything-said"
SIGNER = "letter-issuer"
AGAIN = (429, 503)
PATIENCE = 400.0
"""Seconds for one request with all its tries: what a dead transaction holds is let go of after a minute, and there may
be several."""


@dataclass
class Alone:
    home: Home
    services: Services
    channel: AbstractChannel
    mongo_url: str
    database: str
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def client(self, subject: str) -> httpx.AsyncClient:
        """Somebody of `deploy.local.stack.access`, who signs where they have to."""
        if subject not in self._clients:
            headers = {"Authorization": f"Bearer {key_of(self.home, subject)}"}
            auth = Signing(self.home, subject) if subject == SIGNER else None
            url = self.services.url("intake")
            self._clients[subject] = httpx.AsyncClient(base_url=url, headers=headers, auth=auth, timeout=30)
            self._closing.push_async_callback(self._clients[subject].aclose)
        return self._clients[subject]

    async def insist(self, subject: str, path: str, key: str | None = None, **content: Any) -> httpx.Response:
        """As a good caller: the same request under the same key, until all of it is answered for. Raises for one that
        is refused."""
        headers = {"Idempotency-Key": key} if key else {}
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self.client(subject).post(path, headers=headers, **content)
                    if answer.status_code not in AGAIN and '"status":503' not in answer.text:
                        return answer.raise_for_status()
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.2)

    async def quiet(self) -> None:
        """Return when nothing waits to be said."""
        await until(self._waiting, lambda count: count == 0, "the outbox to be empty", PATIENCE)

    async def count(self, collection: str) -> int:
        with pymongo.MongoClient[dict[str, Any]](self.mongo_url) as client:
            return await asyncio.to_thread(client[self.database][collection].count_documents, {})

    async def _waiting(self) -> int:
        return await self.count("outbox")

    async def say(self, data: Contract) -> None:
        exchange = await self.channel.get_exchange(topology.EVENTS)
        await exchange.publish(to_message(sealed(first_event(data, "somebody", NOON))), data.event_type)

    async def issue_letters(self) -> None:
        letters = [{"reference": reference, "arm": "plain", "language": "en"} for reference in LETTERS]
        await self.say(sample(CampaignApproved))
        await self.say(sample(CommunicationsIssued, communications=letters))
        for collection, wanted in (("campaigns", 1), ("registrations", 1), ("letters", len(LETTERS))):

            async def heard(collection: str = collection) -> int:
                return await self.count(collection)

            await until(heard, wanted.__eq__, f"the {collection}")

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        queue = await self.channel.declare_queue(LISTENER, durable=True)
        for kind in SAYS:
            await queue.bind(topology.EVENTS, kind.event_type)
        async with self._closing:
            yield


@asynccontextmanager
async def alone(amqp_url: str, mongo_url: str, folder: Path, *tampering: str) -> AsyncIterator[Alone]:
    home = Home(folder)
    home.prepare()
    ShiftedClock(home.clock).shift_to(CALLED)
    (folder / "markers").mkdir(parents=True)
    prefix = f"t{uuid4().hex[:8]}_"
    services = Services(
        home,
        Wiring(amqp_url=amqp_url, mongo_url=mongo_url, smtp_port=0, database_prefix=prefix),
        names=["intake"],
        commands={"intake": [sys.executable, "-m", "tests.support.tampering", "intake", *tampering]},
        environment={"intake": {"OTM_TEST_MARKERS": str(folder / "markers")}},
    )
    async with services, await aio_pika.connect_robust(amqp_url) as connection:
        intake = Alone(home, services, await connection.channel(), mongo_url, f"{prefix}otm_intake")
        async with intake.listening():
            await intake.issue_letters()
            yield intake


def lines(*objects: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in objects)


def answers(answer: httpx.Response) -> list[dict[str, Any]]:
    """One for each line; that all of them were kept is part of the test."""
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert {each["status"] for each in found} == {201}
    return found
