"""Store operations for campaigns: what was approved, decided and published."""

from datetime import datetime
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign, Status
from shared.contracts import (
    CampaignApproved,
)


class CampaignRepository(Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while it is not approved."""
        ...

    async def approve(self, plan: CampaignApproved) -> None:
        """Keeps the plan, and let the newest be the campaign's. Raises `Conflict` if it randomises otherwise than one
        that customers were loaded under."""
        ...

    async def decide(
        self, campaign: str, status: Status, version: int, at: datetime, plan_version: int | None = None
    ) -> None:
        """Sets the status, unless a later decision was heard before. `plan_version` is what may be issued by."""
        ...

    async def slow(self, campaign: str, daily_limit: int | None, version: int) -> None:
        """Sets the limit of communications a day, None for the plan's, unless a later one was heard before."""
        ...

    async def publish_lines(self, campaign: str, version: int) -> None:
        """Chunks taken in hand from now on carry this version of the lines to take, or a higher one."""
        ...
