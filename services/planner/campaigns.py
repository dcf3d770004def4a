"""What people do with campaigns: create, submit, approve, pause, resume, stop, complete."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from services.planner.announcements import announcements
from services.planner.campaign import Campaign, approve, decide, expect_version, submit
from services.planner.lifecycle import Step
from services.planner.plan import Plan
from shared.clock import Clock
from shared.contracts import Contract


class CampaignRepository(Protocol):
    async def next_reference(self, year: int) -> str:
        """A reference such as `OTM-26-0001` that was never given before."""
        ...

    async def add(self, campaign: Campaign, request_id: str, digest: str) -> Campaign:
        """Keep a new campaign. The same request again gives what it created first; another body raises `Conflict`."""
        ...

    async def get(self, reference: str) -> Campaign:
        """Raises `NotFound`."""
        ...

    async def save(self, campaign: Campaign, said: list[Contract]) -> None:
        """Replace the version before it, and say `said`, all or nothing. Raises `Stale` if that is not the present."""
        ...

    async def all(self) -> list[Campaign]: ...


class Campaigns:
    def __init__(self, repository: CampaignRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def create(self, plan: Plan, author: str, request_id: str, digest: str) -> Campaign:
        reference = await self._repository.next_reference(self._clock.now().year)
        return await self._repository.add(Campaign(reference=reference, author=author, plan=plan), request_id, digest)

    async def get(self, reference: str) -> Campaign:
        return await self._repository.get(reference)

    async def all(self) -> list[Campaign]:
        return await self._repository.all()

    async def submit(self, reference: str, by: str, version: int | None) -> Campaign:
        return await self._change(reference, version, lambda campaign, at: submit(campaign, by, at))

    async def approve(self, reference: str, by: str, version: int | None, reason: str) -> Campaign:
        return await self._change(reference, version, lambda campaign, at: approve(campaign, by, at, reason))

    async def decide(self, reference: str, step: Step, by: str, version: int | None, reason: str) -> Campaign:
        return await self._change(reference, version, lambda campaign, at: decide(campaign, step, by, at, reason))

    async def _change(
        self, reference: str, version: int | None, change: Callable[[Campaign, datetime], Campaign]
    ) -> Campaign:
        campaign = await self._repository.get(reference)
        expect_version(campaign, version)
        changed = change(campaign, self._clock.now())
        await self._repository.save(changed, announcements(changed))
        return changed
