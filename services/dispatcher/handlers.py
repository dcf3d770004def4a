"""What dispatcher does about what it hears, and about its own work."""

from datetime import datetime
from typing import Protocol

from services.dispatcher.campaign import Status
from services.dispatcher.dispatch import Dispatch
from services.dispatcher.work import AllocationDue, ChunkDue
from shared.contracts import CampaignApproved, CampaignPaused, CampaignResumed, CampaignStopped
from shared.messaging import Event
from shared.messaging.publishing import Announcer


class CampaignRepository(Protocol):
    async def approve(self, plan: CampaignApproved) -> None:
        """Keep the campaign, unless it is kept already."""
        ...

    async def decide(self, campaign: str, status: Status, at: datetime) -> None:
        """Set the status, unless a later decision was heard before. Raises `NotYet` for an unknown campaign."""
        ...


class Handlers:
    def __init__(self, campaigns: CampaignRepository, dispatch: Dispatch, announcer: Announcer) -> None:
        self._campaigns = campaigns
        self._dispatch = dispatch
        self._announcer = announcer

    async def take_on(self, event: Event[CampaignApproved]) -> None:
        await self._campaigns.approve(event.data)

    async def pause(self, event: Event[CampaignPaused]) -> None:
        await self._campaigns.decide(event.data.campaign, Status.PAUSED, event.data.decided_at)

    async def stop(self, event: Event[CampaignStopped]) -> None:
        await self._campaigns.decide(event.data.campaign, Status.STOPPED, event.data.decided_at)

    async def resume(self, event: Event[CampaignResumed]) -> None:
        await self._campaigns.decide(event.data.campaign, Status.GO, event.data.decided_at)
        left = await self._dispatch.chunks_left(event.data.campaign)
        await self._announcer.announce(event.id, event.data.decided_at, *left)

    async def allocate(self, event: Event[AllocationDue]) -> None:
        await self._dispatch.allocate(event.data.campaign, event.data.load)

    async def issue_chunk(self, event: Event[ChunkDue]) -> None:
        campaign, number = event.data.campaign, event.data.chunk
        issued = await self._dispatch.issue_chunk(campaign, number)
        if issued is None:
            return
        await self._announcer.announce(f"{campaign}:chunk:{number}", issued.issued_at, issued)
        completed = await self._dispatch.completion(campaign)
        if completed is not None:
            await self._announcer.announce(f"{campaign}:completed", completed.completed_at, completed)
