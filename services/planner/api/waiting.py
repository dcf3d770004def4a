"""Decisions that wait for a person, of all campaigns that are live or paused."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.planner.callers import AllCampaigns, Reader
from services.planner.steering.waiting import Waiting, waiting
from shared.clock import Clock
from shared.web.dependencies import part

router = APIRouter(prefix="/v1/waiting", tags=["launch"])


@router.get("")
async def everything(
    _caller: Reader, campaigns: AllCampaigns, clock: Annotated[Clock, Depends(part(Clock))]
) -> list[Waiting]:
    """Returns the proposals that nobody has decided about, and the campaigns on which the closed loop may do nothing
    more by itself, the oldest first.
    """
    found = [each for campaign in await campaigns.under_way() for each in waiting(campaign, clock.now())]
    return sorted(found, key=lambda each: each.since)
