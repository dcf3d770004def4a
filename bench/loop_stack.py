"""The whole stack with one campaign that is being printed, another one that people ring about, and a watcher."""

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from random import Random
from typing import Any

import aio_pika
import httpx
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage

from bench.loop_campaign import KEY, NOTICE_DAYS, OTHER_LETTERS, OWN_LETTER, PATIENCE_SECONDS, launch, register
from deploy.local.demo.planning import Planning
from deploy.local.demo.services import ServiceClients, good
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.mailsink import MailSink
from deploy.local.stack.services import Services
from shared.clock import LONDON, ShiftedClock, today
from shared.contracts import ContactVolumeForecast, Contract
from shared.contracts.contact_volumes import ExpectedVolume
from shared.customers.letter_reference import letter_reference
from shared.events import first_event
from shared.messaging.envelope import sealed, to_message
from shared.messaging.topology import EVENTS
from shared.working_days import add_working_days

BATCHES_PER_SECOND, CALLERS = 10, 4
EXCEEDED, RECOVERED, PAUSED = "contact-volume.exceeded.v1", "contact-volume.recovered.v1", "campaign.paused.v1"
ISSUED = "communications.issued.v1"
COMPLETED = "dispatch.completed.v1"
HEARS = (EXCEEDED, RECOVERED, PAUSED, ISSUED, COMPLETED)
NEWER_THAN_ANY = 1_000  # plan versions


LOOK_SECONDS = 0.005


class Hangs(RuntimeError):
    """Something that the bench waits for does not come."""


class LoopStack:
    def __init__(
        self,
        clients: ServiceClients,
        planning: Planning,
        exchange: AbstractExchange,
        home: Home,
        intake: str,
        ground: Infrastructure,
    ) -> None:
        self.amqp_url, self.mongo_url = ground.amqp_url, ground.mongo_url
        self._clients, self._planning, self._exchange = clients, planning, exchange
        self._url = f"{intake}/v1/contacts/batch"
        self._key = {"Authorization": f"Bearer {json.loads(home.credentials.read_bytes())['helpline']}"}
        self._clock, self._letters = ShiftedClock(home.clock), home.letters
        self.contacts = 0
        """Contacts about the campaign on the present day: those that its watch counts."""
        self.chunks: list[float] = []
        self.last: dict[str, float] = {}
        """When each kind of event was heard last."""
        self._said: Counter[str] = Counter()
        self._chunks_said: set[str] = set()
        self._crowd_began, self._crowd = time.perf_counter(), 0

    async def hear(self, message: AbstractIncomingMessage) -> None:
        kind = str(message.routing_key)
        self._said[kind] += 1
        self.last[kind] = time.perf_counter()
        event = str(message.message_id)
        if kind == ISSUED and event not in self._chunks_said:  # a chunk that is due again is said again when it is out
            self._chunks_said.add(event)
            self.chunks.append(self.last[kind])

    async def heard(self, kind: str, times: int) -> None:
        await self.until(lambda: self._said[kind] >= times, f"{kind} number {times}")

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Returns when it holds. Raises `Hangs` after `PATIENCE_SECONDS`, with all that was heard."""
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while not holds():
            if time.perf_counter() > deadline:
                raise Hangs(f"waited {PATIENCE_SECONDS:.0f} s for {what}; heard so far: {dict(self._said)}, "
                            f"{self.contacts} contacts about the campaign")  # fmt: skip
            await asyncio.sleep(LOOK_SECONDS)

    def expect_letters_left(self) -> None:
        """Raises `Hangs` when nothing is left to issue: a last chunk by itself says nothing of the loop."""
        if self._said[COMPLETED]:
            raise Hangs("every letter is out before the last excursion: ask for more --customers, or fewer --tips")

    async def say(self, data: Contract) -> None:
        await self._exchange.publish(to_message(sealed(first_event(data, "bench", datetime.now(UTC)))), data.event_type)

    def forecast(self, number: int, hundredths: int) -> ContactVolumeForecast:
        """A forecast of so many contacts on this day, all of them by now."""
        return ContactVolumeForecast(
            campaign=self._planning.campaign,
            plan_version=NEWER_THAN_ANY + number,
            waves=1,
            communications=1,
            days=(ExpectedVolume(on=today(self._clock), hundredths=hundredths),),
            opens_minute=0,
            closes_minute=1,
            forecast_at=self._clock.now(),
        )

    def begin(self) -> None:
        """Moves the clock to the launch: chunks are printed as soon as the campaign goes on."""
        on = add_working_days(today(self._clock), NOTICE_DAYS)
        self._clock.shift_to(datetime.combine(on, time_of_day(9), LONDON))
        self.contacts = 0

    async def go_on(self) -> None:
        await self._planning.go_on()

    async def report(self) -> None:
        """One contact about the campaign, as a helpline's system reports it."""
        good(await self._clients.call("helpline", "POST", "intake", "/v1/contacts", body=self._contact(OWN_LETTER)))
        self.contacts += 1

    async def crowd(self, rate: int) -> None:
        """Contacts about the other campaign, so many a second in small streams, fewer where intake is slower."""
        self.count_anew()
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            await asyncio.gather(*(self._caller(client, rate // BATCHES_PER_SECOND, n) for n in range(CALLERS)))

    async def _caller(self, client: httpx.AsyncClient, size: int, caller: int) -> None:
        random = Random(caller)  # noqa: S311 - chooses letters
        while True:
            began = time.perf_counter()
            letters = [letter_reference(random.randrange(OTHER_LETTERS), KEY) for _ in range(size)]
            body = b"\n".join(json.dumps(self._contact(each)).encode() for each in letters)
            answer = await client.post(self._url, content=body, headers=self._key)
            self._crowd += answer.text.count('"status":201')
            await asyncio.sleep(max(0.0, began + CALLERS / BATCHES_PER_SECOND - time.perf_counter()))

    def count_anew(self) -> None:
        self._crowd_began, self._crowd = time.perf_counter(), 0

    def reported_per_second(self) -> float:
        return self._crowd / (time.perf_counter() - self._crowd_began)

    def _contact(self, letter: str) -> dict[str, Any]:
        now = self._clock.now().isoformat()
        return {"letter_reference": letter, "channel": "phone", "reason": "why-me", "received_at": now}


@asynccontextmanager
async def running(customers: int) -> AsyncIterator[LoopStack]:
    """The stack, with a campaign that is launched and whose first day is to come."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        async with Infrastructure(home) as ground, MailSink(home) as mail:
            wiring = Wiring(amqp_url=ground.amqp_url, mongo_url=ground.mongo_url, smtp_port=mail.port)
            async with Services(home, wiring) as services, await aio_pika.connect(ground.amqp_url) as connection:
                clients = ServiceClients(home, services.urls())
                channel = await connection.channel()
                exchange = await channel.get_exchange(EVENTS)
                planning = Planning(clients, "bench")
                stack = LoopStack(clients, planning, exchange, home, services.urls()["intake"], ground)
                queue = await channel.declare_queue(exclusive=True)
                for kind in HEARS:
                    await queue.bind(exchange, kind)
                await queue.consume(stack.hear, no_ack=True)
                await launch(clients, planning, home, services.urls()["dispatcher"], customers)
                await register(ground.mongo_url, planning.campaign)
                yield stack
                await clients.close()
