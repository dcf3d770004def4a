"""Dispatcher by itself, in so many replicas, on the real broker and store: everything around it, and accidents."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import aio_pika
import pymongo

from deploy.local.demo.services import ServiceClients, until
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.services import Services
from services.dispatcher.own_messages import AllocationDue, ChunkDue
from shared.clock import ShiftedClock
from shared.contracts import CampaignPaused, CampaignResumed, Contract, DispatchCompleted, WaveStarted
from shared.events import first_event
from shared.messaging.envelope import sealed, to_message
from shared.messaging.topology import EVENTS
from shared.working_days import add_working_days
from tests.support.ground import Ground

CAMPAIGN = "OTM-26-0042"
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
DECISION = {"campaign": CAMPAIGN, "reason": "Agreed", "decided_by": "approver-4", "decided_at": MONDAY}
PATIENCE = 120.0  # seconds
DAYS = 12


class Campaign:
    """The bus with all that is said on it, people, and accidents. With `repeat` every chunk is made due once more."""

    def __init__(
        self, services: Services, clients: ServiceClients, channel: Any, clock: ShiftedClock, ledger: Any, repeat: bool
    ) -> None:
        self._random = Random(5)
        self.heard: dict[str, tuple[str, bytes]] = {}
        self.repeats = 0
        self._services, self._clients, self._channel, self._clock = services, clients, channel, clock
        self._ledger, self._repeat = ledger, repeat
        self._version = 1

    async def say(self, data: Contract) -> None:
        """Twice, as the same event."""
        message = to_message(sealed(first_event(data, "dispatcher" if data.private else "planner", MONDAY)))
        for _ in range(2):
            if data.private:
                await self._channel.default_exchange.publish(message, f"dispatcher.{data.event_type}")
            else:
                await (await self._channel.get_exchange(EVENTS)).publish(message, data.event_type)

    async def decide(self, kind: type[Contract], **further: Any) -> None:
        self._version += 1
        await self.say(kind.model_validate(DECISION | {"version": self._version, **further}))

    async def load(self, population: Iterable[bytes]) -> None:
        path, kept = f"/v1/campaigns/{CAMPAIGN}/population", list(population)

        async def lines() -> AsyncIterator[bytes]:
            for line in kept:
                yield line

        headers = {"Content-Type": "text/csv"}
        await until(self.status, bool, "the approval", PATIENCE)
        answer = await self._clients.call("analyst", "PUT", "dispatcher", path, stream=lines, headers=headers)
        assert answer.is_success, answer.text
        await self.say(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"]))
        await until(self.status, lambda found: bool(found["waves"]), "the allocation", PATIENCE)

    async def status(self) -> dict[str, Any]:
        answer = await self._clients.call("operator", "GET", "dispatcher", f"/v1/campaigns/{CAMPAIGN}/dispatch")
        return dict(answer.json()) if answer.is_success else {}

    async def look(self, path: str) -> dict[str, Any]:
        return dict(await self._clients.get("operator", "dispatcher", f"/v1/campaigns/{CAMPAIGN}/{path}"))

    async def listen(self, queue: Any) -> None:
        """Keeps every event by its id."""
        async with queue.iterator(no_ack=True) as messages:
            async for message in messages:
                known = self.heard.setdefault(message.message_id, (message.routing_key, message.body))
                assert known == (message.routing_key, message.body), "the same event, but it says something else"
                if self._repeat and message.routing_key == WaveStarted.event_type:
                    for number in WaveStarted.model_validate_json(message.body).chunks:
                        await self.say(ChunkDue(campaign=CAMPAIGN, chunk=number))
                        self.repeats += 1

    def said(self, kind: type[Contract]) -> list[Any]:
        return [kind.model_validate_json(body) for key, body in self.heard.values() if key == kind.event_type]

    async def completed(self) -> None:
        async def said() -> list[Any]:
            await asyncio.sleep(0.2)
            return self.said(DispatchCompleted)

        await until(said, bool, "everything to be issued", PATIENCE)

    def ledger(self) -> list[dict[str, Any]]:
        """As it is in the store."""
        return list(self._ledger.find())

    async def kill(self, times: int) -> None:
        """One replica or the other, at random moments."""
        for _ in range(times):
            number = self._random.choice((1, 2))
            await self._services.replica("dispatcher", number).wait_ready()
            await asyncio.sleep(self._random.uniform(0, 1.5))
            await self._services.kill("dispatcher", number)

    async def pause_and_resume(self) -> None:
        await self.decide(CampaignPaused)
        await until(self.status, lambda found: found.get("status") == "paused", "the pause", PATIENCE)
        await self.decide(CampaignResumed, plan_version=1)

    async def days_pass(self) -> None:
        """Each with its wave."""
        for number in range(len((await self.status())["waves"])):
            day = add_working_days(MONDAY.date(), number)
            self._clock.shift_to(datetime.combine(day, MONDAY.timetz()))
            await self._started(number + 1)

    async def a_week_passes(self) -> None:
        """Since the last wave: nobody waits any longer for what is in doubt."""
        self._clock.shift_to(datetime.combine(add_working_days(MONDAY.date(), DAYS + 5), MONDAY.timetz()))

    async def _started(self, waves: int) -> None:
        async def said() -> int:
            await asyncio.sleep(0.1)
            return len(self.said(WaveStarted))

        await until(said, lambda count: count >= waves, f"{waves} waves to start", PATIENCE)


@asynccontextmanager
async def dispatchers(
    ground: Ground,
    amqp_url: str,
    folder: Path,
    *tampering: str,
    replicas: int,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Campaign]:
    """Several replicas get every chunk twice. One alone does not: nobody else is there to be kept away from it."""
    home, markers = Home(folder), folder / "markers"
    home.prepare()
    markers.mkdir()
    clock = ShiftedClock(home.clock)
    clock.shift_to(MONDAY)
    prefix = f"t{uuid4().hex[:8]}_"
    wiring = Wiring(amqp_url=amqp_url, mongo_url=ground.mongo_url, smtp_port=1, database_prefix=prefix)
    command = [sys.executable, "-m", "tests.support.tampering", "dispatcher", *tampering]
    further = {"OTM_TEST_MARKERS": str(markers), "OTM_RETRY_DELAYS": "[0.2,1,5]", **(environment or {})}
    parts = Services(
        home, wiring, replicas=replicas, names=("dispatcher",), commands={"dispatcher": command},
        environment={"dispatcher": further},
    )  # fmt: skip
    store: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(ground.mongo_url)
    ledger = store[f"{prefix}otm_dispatcher"]["communications"]
    async with parts as services, await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        everything = await channel.declare_queue(exclusive=True)
        await everything.bind(EVENTS, "#")
        clients = ServiceClients(home, services.urls())
        campaign = Campaign(services, clients, channel, clock, ledger, repeat=replicas > 1)
        listening = asyncio.create_task(campaign.listen(everything))
        try:
            yield campaign
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await clients.close()
    store.close()
