"""Other services' stores as hearing of a campaign leaves them, without a notice to anybody."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns as Dispatchers
from services.intake.campaigns.campaign import known_campaign
from services.intake.campaigns.repository import MongoCampaigns as Intakes
from services.notifier.campaigns.repository import MongoCampaigns as Notifiers
from services.planner.progress.repository import MongoProgress
from shared.clock import SystemClock
from shared.contracts import (
    CampaignApproved,
    CampaignLaunched,
    Contract,
    LinesToTakePublished,
    NoticeSent,
    WaveStarted,
)
from shared.identifiers import new_id
from shared.storage.store import Store


@dataclass(frozen=True)
class Hearing:
    """The stores of all four services."""

    planner: Store
    dispatcher: Store
    intake: Store
    notifier: Store

    @classmethod
    @asynccontextmanager
    async def at(cls, mongo_url: str) -> AsyncIterator[Self]:
        stores = {name: Store(mongo_url, f"otm_{name}") for name in cls.__dataclass_fields__}
        yield cls(**stores)
        for store in stores.values():
            store.close()

    async def hear(self, said: Sequence[Contract]) -> None:
        """Writes what each service keeps of these events."""
        for event in said:
            if isinstance(event, CampaignApproved):
                await self._approved(event)
            elif isinstance(event, LinesToTakePublished):
                await Intakes(self.intake, SystemClock()).publish(event)
                await Notifiers(self.notifier).keep_lines(event)
            elif isinstance(event, CampaignLaunched):
                at, dispatchers = event.decided_at, Dispatchers(self.dispatcher, "dispatcher")
                await dispatchers.decide(event.campaign, Status.GO, event.version, at, event.plan_version)
                await Notifiers(self.notifier).keep_decision("launched", event)
            elif isinstance(event, WaveStarted):
                await MongoProgress(self.planner).wave_started(event)
                await Notifiers(self.notifier).keep_wave(event)

    async def _approved(self, approved: CampaignApproved) -> None:
        """The teams that the plan names were told of it."""
        await Dispatchers(self.dispatcher, "dispatcher").approve(approved)
        await Intakes(self.intake, SystemClock()).approved(known_campaign(approved), approved.plan_version)
        await Notifiers(self.notifier).keep_campaign(approved)
        for team in approved.stakeholders:
            told = {"plan_version": approved.plan_version, "lines_to_take": approved.lines_to_take}
            fields = {
                "notice": new_id(),
                "campaign": approved.campaign,
                "team": team,
                "rule": "approval",
                "channel": "email",
            }
            sent = NoticeSent.model_validate({**fields, **told, "attempts": 1, "sent_at": approved.approved_at})
            await MongoProgress(self.planner).notice(sent)
