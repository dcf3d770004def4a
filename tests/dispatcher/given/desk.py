"""Dispatcher put together by hand: the real rules, store and print channel, and a clock that is moved."""

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from services.dispatcher.app import NAME
from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.channels.repository import MongoUsage
from services.dispatcher.channels.setup import configured_channels
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.own_messages import ChunkDue
from services.dispatcher.schema import SCHEMA
from services.dispatcher.settings import Settings
from services.dispatcher.wiring import Repositories, issuing
from shared.contracts import CampaignPaused, CampaignResumed, CampaignSlowed, CampaignStopped, Contract
from shared.customers.token import customer_token
from shared.events import Event, first_event
from shared.running.composition import Parts
from shared.storage.store import Store
from tests.dispatcher.given.people import CAMPAIGN
from tests.support.clocks import StoppedClock
from tests.support.inside import Inside
from tests.support.spoken import Spoken

BEFORE = datetime(2026, 9, 4, 12, tzinfo=UTC)
"""The last working day before the launch."""


def heard(data: Contract) -> Event[Any]:
    return first_event(data, "somebody", BEFORE)


class Desk:
    """`further` are settings of channels."""

    def __init__(self, dispatcher: Inside, letters: Path, **further: Any) -> None:
        self.clock, self.spoken = StoppedClock(BEFORE), Spoken()
        self._inside, self._letters = dispatcher, letters
        settings = Settings.model_validate(
            dispatcher.service.settings.model_dump() | {"print_folder": letters} | further
        )
        kept = dispatcher.part(Repositories)
        self._ledger = kept.ledger
        parts = Parts.of(NAME, settings, SCHEMA, clock=self.clock)
        parts.store.close()
        parts = replace(parts, store=dispatcher.service.store)
        channels = configured_channels(settings.channels, MongoUsage(parts.store), self.clock)
        work = issuing(parts, kept, settings, channels, self.spoken)
        self.scheduling, self.settling, self.dispatch = work.scheduler, work.settler, work.issuer
        self.reports, self.hear = work.reports, work.handlers
        self.keyring = parts.keyring
        self.token = partial(customer_token, parts.keyring)

    async def start(self, at: datetime) -> list[int]:
        """Day by day up to that time start the waves that are due; gives the chunks that this made due."""
        before = await self._chunks_due()
        day = min(self.clock.instant, at)
        while day <= at:
            self.clock.instant = day
            while await self.scheduling.start_due_waves():
                pass
            day = min(day + timedelta(days=1), at) if day < at else day + timedelta(days=1)
        return [number for number in await self._chunks_due() if number not in before]

    async def issue(self, *numbers: int) -> None:
        """The chunks, a minute after each other."""
        for number in numbers:
            self.clock.move(minutes=1)
            await self.hear.issue_chunk(heard(ChunkDue(campaign=CAMPAIGN, chunk=number)))

    async def decided(self, data: CampaignPaused | CampaignResumed | CampaignSlowed | CampaignStopped) -> None:
        if isinstance(data, CampaignSlowed):
            await self.hear.slow(heard(data))
        elif isinstance(data, CampaignPaused):
            await self.hear.pause(heard(data))
        elif isinstance(data, CampaignResumed):
            await self.hear.resume(heard(data))
        else:
            await self.hear.stop(heard(data))

    async def ledger(self) -> Counter[tuple[str, str]]:
        """Customers by arm and state."""
        return Counter(await self._ledger.counts(await self._ledger.campaign(CAMPAIGN)))

    def printed(self) -> list[str]:
        """The customers' names on all letters."""
        found = []
        for data in sorted(self._letters.rglob("*.csv")):
            with data.open(newline="") as text:
                found += [record["name"] for record in csv.DictReader(text)]
        return found

    async def campaign(self) -> DispatchedCampaign:
        return await self._ledger.campaign(CAMPAIGN)

    @property
    def store(self) -> Store:
        return self._inside.service.store

    @property
    def repository(self) -> MongoDispatch:
        return self._ledger

    async def deferred(self) -> list[int]:
        """The chunks that have waited long enough, which are made due."""
        before = len(await self._chunks_due())
        await self.scheduling.make_deferred_due()
        return (await self._chunks_due())[before:]

    async def _chunks_due(self) -> list[int]:
        return [json.loads(e.body)["chunk"] for e in await self._inside.said() if e.type == ChunkDue.event_type]
