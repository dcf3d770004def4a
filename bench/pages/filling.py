"""Filling of the site: campaigns, a population, letters, contacts and a dead letter."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

import aio_pika
import httpx

from bench.pages.campaigns import plan_campaigns
from bench.pages.hearing import Hearing
from bench.pages.letters import WAVES, day_of, issue, reference
from deploy.local.demo.people import population_csv
from deploy.local.stack.home import Home
from services.planner.campaign import Campaign
from services.planner.events.volumes import WatchedVolumes
from services.planner.lifecycle import State
from services.planner.progress.repository import MongoProgress
from shared.clock import ShiftedClock
from shared.contracts import WaveStarted
from shared.events import first_event
from shared.messaging.envelope import sealed, to_message
from shared.messaging.settlement import EXCEPTION, ORIGIN
from shared.messaging.topology import EVENTS, dead_queue

LOOKED_AT = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
CAPACITIES = {"customer-services": 2_500, "debt-management": 400}
"""Contacts that teams can take on a working day."""
CONTACTS = 3_000
ROWS = 5_000
"""Rows of the one population that is loaded."""
REASONS = ("help-to-act",) * 12 + ("why-me",) * 8 + ("cannot-pay", "change-to-return", "extra-support", "complaint")
VOLUNTEERS_EVERY = 50
SECONDS_APART = 10
LINES_TOGETHER = 1_000


@dataclass
class Filled:
    """A site with what is in it. `references` are those of campaigns, by their state; `took` are seconds."""

    home: Home
    urls: Mapping[str, str]
    amqp_url: str
    mongo_url: str
    references: dict[str, list[str]] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, str]:
        return dict(json.loads(self.home.credentials.read_bytes()))

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.took[what] = round(time.monotonic() - began, 1)
        print(f"{self.took[what]:>8.1f} s   {what}", flush=True)


async def fill(site: Filled, campaigns: int, communications: int) -> None:
    clock = ShiftedClock(site.home.clock)
    with site.timed(f"{campaigns} campaigns"):
        await _say_capacities(site)
        planned = await plan_campaigns(site.mongo_url, clock, campaigns)
    for campaign in planned:
        site.references.setdefault(campaign.state.value, []).append(campaign.reference)
    clock.shift_to(LOOKED_AT)
    live = [campaign for campaign in planned if campaign.state is State.LIVE]
    with site.timed(f"{communications:,} letters"):
        issuing = issue(site.mongo_url, site.references["live"], communications)
        await asyncio.gather(issuing, _load(site), _start_waves(site, live, communications))
    with site.timed(f"{CONTACTS:,} contacts"):
        await _call(site, communications)


async def _say_capacities(site: Filled) -> None:
    async with httpx.AsyncClient(base_url=site.urls["planner"], timeout=60) as client:
        for team, contacts in CAPACITIES.items():
            said = {"capacity": {"team": team, "contacts": contacts}, "reason": "as the rota has it"}
            headers = {"Authorization": f"Bearer {site.keys[f'{team}-lead']}"}
            (await client.put(f"/v1/capacity/{team}", json=said, headers=headers)).raise_for_status()


async def _load(site: Filled) -> None:
    """Loads the population of a campaign that waits for it."""
    lines = list(population_csv(ROWS, seed=7))

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(lines), LINES_TOGETHER):
            yield b"".join(lines[start : start + LINES_TOGETHER])

    headers = {"Content-Type": "text/csv", "Authorization": f"Bearer {site.keys['analyst']}"}
    path = f"/v1/campaigns/{site.references['approved'][0]}/population"
    async with httpx.AsyncClient(base_url=site.urls["dispatcher"], timeout=120) as client:
        while (
            answer := await client.put(path, content=stream(), headers=headers)
        ).status_code == httpx.codes.NOT_FOUND:
            await asyncio.sleep(0.5)  # dispatcher has not heard of it yet
        assert answer.is_success, answer.text


async def _start_waves(site: Filled, live: Sequence[Campaign], communications: int) -> None:
    """Lets the waves start, says to intake what planner expects after them, and leaves one dead letter."""
    async with Hearing.at(site.mongo_url) as hearing, await aio_pika.connect(site.amqp_url) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(EVENTS)
        for campaign in live:
            share = communications // len(live) // WAVES
            await hearing.hear([_started(campaign.reference, wave, share) for wave in range(WAVES)])
            expected = await WatchedVolumes(MongoProgress(hearing.planner)).expected(campaign, LOOKED_AT)
            if expected is not None:
                event = first_event(expected, "planner", LOOKED_AT)
                await exchange.publish(to_message(sealed(event)), event.type)
        letter = aio_pika.Message(b"{}", headers={ORIGIN: "intake.campaign.paused.v1", EXCEPTION: "Conflict"})
        await channel.default_exchange.publish(letter, dead_queue("intake"))


def _started(campaign: str, wave: int, share: int) -> WaveStarted:
    on = day_of(wave)
    at = datetime.combine(on, time_of_day(6), UTC)
    fields = {"campaign": campaign, "wave": wave + 1, "on": on, "chunks": (wave + 1,), "communications": share}
    return WaveStarted.model_validate({**fields, "started_at": at})


async def _call(site: Filled, communications: int) -> None:
    """Customers who called since the letters went out, the newest just now."""
    content = "\n".join(json.dumps(_contact(number, communications)) for number in range(CONTACTS)).encode()
    headers = {"Authorization": f"Bearer {site.keys['helpline']}"}
    async with httpx.AsyncClient(base_url=site.urls["intake"], timeout=120) as client:
        (await client.post("/v1/contacts/batch", content=content, headers=headers)).raise_for_status()


def _contact(number: int, communications: int) -> dict[str, Any]:
    told = {"kind": "unprompted-correction", "description": "The rent of a second flat."}
    return {
        "letter_reference": reference(number * 7 % communications),
        "channel": "phone",
        "reason": REASONS[number % len(REASONS)],
        "received_at": (LOOKED_AT - timedelta(seconds=SECONDS_APART * number)).isoformat(),
        **({"volunteered": told} if number % VOLUNTEERS_EVERY == 0 else {}),
    }
