"""Two dispatchers, killed at random and at crash points, with everything said twice, paused and resumed twice: the
ledger, the print files and the events agree exactly."""

import asyncio
import csv
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import aio_pika
import pymongo
import pytest

from deploy.local.demo.people import population_csv
from deploy.local.demo.services import ServiceClients, until
from deploy.local.environment import Wiring
from deploy.local.home import Home
from deploy.local.services import Services
from services.dispatcher.work import AllocationDue, ChunkDue
from shared.clock import ShiftedClock
from shared.contracts import (
    CampaignApproved,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CommunicationsIssued,
    Contract,
    DispatchCompleted,
    PopulationLoaded,
    WaveStarted,
)
from shared.messaging.envelope import sealed, to_message
from shared.messaging.event import first_event
from shared.messaging.topology import EVENTS
from shared.working_days import add_working_days
from tests.support.ground import Ground
from tests.support.samples import sample, stored

CAMPAIGN = "OTM-26-0042"
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
CRASHES = (
    "chunk: in the ledger, not printed", "chunk: printed, not finished", "chunk: finished, not announced",
    "handler: done, not acknowledged",
)  # fmt: skip
DECISION = {"campaign": CAMPAIGN, "reason": "Agreed", "decided_by": "approver-4", "decided_at": MONDAY}
PATIENCE = 120.0  # seconds
DAYS = 12


class Campaign:
    """Everything around two dispatchers: the bus with all that is said on it, people, and accidents."""

    def __init__(
        self, services: Services, clients: ServiceClients, channel: Any, clock: ShiftedClock, seed: int
    ) -> None:
        self._random = Random(seed)
        self.heard: dict[str, tuple[str, bytes]] = {}
        self.repeats = 0
        self.database = ""
        self._services, self._clients, self._channel, self._clock = services, clients, channel, clock
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

    async def load(self, size: int, seed: int) -> None:
        path = f"/v1/campaigns/{CAMPAIGN}/population"

        async def lines() -> AsyncIterator[bytes]:
            for line in population_csv(size, seed):
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
        """Keeps every event by its id, and makes every chunk of a wave due once more."""
        async with queue.iterator(no_ack=True) as messages:
            async for message in messages:
                known = self.heard.setdefault(message.message_id, (message.routing_key, message.body))
                assert known == (message.routing_key, message.body), "the same event, but it says something else"
                if message.routing_key == WaveStarted.event_type:
                    for number in WaveStarted.model_validate_json(message.body).chunks:
                        await self.say(ChunkDue(campaign=CAMPAIGN, chunk=number))
                        self.repeats += 1

    def said(self, kind: type[Contract]) -> list[Any]:
        return [kind.model_validate_json(body) for key, body in self.heard.values() if key == kind.event_type]

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

    def days_pass(self) -> None:
        day = add_working_days(MONDAY.date(), DAYS)
        self._clock.shift_to(datetime.combine(day, MONDAY.timetz()))


@asynccontextmanager
async def two_dispatchers(ground: Ground, amqp_url: str, folder: Path, *tampering: str) -> AsyncIterator[Campaign]:
    home, markers = Home(folder), folder / "markers"
    home.prepare()
    markers.mkdir()
    clock = ShiftedClock(home.clock)
    clock.shift_to(MONDAY)
    wiring = Wiring(amqp_url=amqp_url, mongo_url=ground.mongo_url, smtp_port=1, database_prefix=f"t{uuid4().hex[:8]}_")
    command = [sys.executable, "-m", "tests.support.tampering", "dispatcher", *tampering]
    environment = {"OTM_TEST_MARKERS": str(markers), "OTM_RETRY_DELAYS": "[0.2,1,5]"}
    parts = Services(
        home, wiring, replicas=2, names=("dispatcher",), commands={"dispatcher": command},
        environment={"dispatcher": environment},
    )  # fmt: skip
    async with parts as services, await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        everything = await channel.declare_queue(exclusive=True)
        await everything.bind(EVENTS, "#")
        clients = ServiceClients(home, services.urls())
        campaign = Campaign(services, clients, channel, clock, seed=5)
        campaign.database = f"{wiring.database_prefix}otm_dispatcher"
        listening = asyncio.create_task(campaign.listen(everything))
        try:
            yield campaign
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await clients.close()


async def play(campaign: Campaign, size: int, kills: int) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    arms = [control, plain, plain | {"code": "norm"}]
    waves = [
        {"number": n + 1, "on": add_working_days(MONDAY.date(), n).isoformat(), "size": size // DAYS}
        for n in range(DAYS)
    ]
    await campaign.say(sample(CampaignApproved, arms=arms, waves=waves))
    await campaign.load(size, seed=9)
    await campaign.decide(CampaignLaunched, plan_version=1)
    killing = asyncio.create_task(campaign.kill(kills))
    campaign.days_pass()
    await until(status_of(campaign), lambda chunks: chunks["finished"] >= 1, "the first chunks", PATIENCE)
    for _ in range(2):
        await campaign.pause_and_resume()
    await killing
    await until(completed(campaign), bool, "everything to be issued", PATIENCE)


def status_of(campaign: Campaign) -> Callable[[], Any]:
    async def chunks() -> dict[str, int]:
        found = await campaign.status()
        return dict(found.get("chunks") or {"finished": 0})

    return chunks


def completed(campaign: Campaign) -> Callable[[], Any]:
    async def said() -> list[Any]:
        await asyncio.sleep(0.2)
        return campaign.said(DispatchCompleted)

    return said


@pytest.mark.long
@pytest.mark.parametrize(("size", "kills", "crashes"), [(2_000, 1, CRASHES[:2]), (20_000, 10, CRASHES)])
async def test_ledger_print_files_and_events_agree_exactly(
    ground: Ground, amqp_url: str, tmp_path: Path, size: int, kills: int, crashes: tuple[str, ...]
) -> None:
    die_at = [f"--die-at={point}" for point in crashes]
    async with two_dispatchers(ground, amqp_url, tmp_path, *die_at) as campaign:
        await play(campaign, size, kills)
        reconciliation, audit = await campaign.look("dispatch/reconciliation"), await campaign.look("dispatch/audit")
    assert len(list((tmp_path / "markers").iterdir())) == len(crashes)
    assert campaign.repeats > DAYS / 2, "everything was said twice"
    assert audit["findings"] == {}
    assert reconciliation["tallies"]
    ledger = stored_ledger(ground, campaign)
    issued = {entry["_id"]: entry["arm"] for entry in ledger if entry["state"] == "issued"}
    printed = [record["letter_reference"] for record in letters(tmp_path)]
    events = [c for event in campaign.said(CommunicationsIssued) for c in event.communications]
    assert Counter(printed) == Counter(issued.keys())
    assert {c.reference: c.arm for c in events} == issued
    assert len(events) == len(issued)
    assert "control" not in issued.values()
    (loaded,), (done,) = campaign.said(PopulationLoaded), campaign.said(DispatchCompleted)
    assert len(ledger) == loaded.eligible == size - done.rejected - done.suppressed
    assert len({entry["row"] for entry in ledger}) == len(ledger)
    assert sum(arm.issued for arm in done.arms) == len(issued)


def letters(folder: Path) -> list[dict[str, str]]:
    """All records of all print files that have a manifest, which must fit them."""
    found = []
    for manifest in sorted((Home(folder).letters / CAMPAIGN).glob("*.manifest.json")):
        said = json.loads(manifest.read_text())
        with (manifest.parent / said["file"]).open(newline="") as data:
            records = list(csv.DictReader(data))
        assert len(records) == said["records"]
        found += records
    return found


def stored_ledger(ground: Ground, campaign: Campaign) -> list[dict[str, Any]]:
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(ground.mongo_url)
    return list(client[campaign.database]["communications"].find())
