"""Pages of campaigns for designers and readers: the list, and what each waits for."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planner.callers import AllCampaigns
from services.planner.corrections import LAUNCHED
from services.planner.tasks.pages import steps
from services.planner.tasks.steps import steps_of
from services.planner.tasks.tasks import stages
from shared.values import CampaignReference
from shared.web.site.look import TheLook
from shared.web.site.visitors import Visit, visiting

TEMPLATES = Path(__file__).parent / "templates"
Reader = Annotated[Visit, Depends(visiting("campaigns:read", "campaigns:write", "campaigns:approve"))]

router = APIRouter(include_in_schema=False)
lists = APIRouter(prefix="/campaigns")


@lists.get("")
async def everything(visit: Reader, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows all campaigns, the newest first."""
    return look.page("tasks/campaigns.html", visit, campaigns=list(reversed(await campaigns.all())))


@lists.get("/{reference}")
async def tasks(reference: CampaignReference, visit: Reader, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows what is done on the way to the launch, what waits, and for whom."""
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    found, launched = stages(campaign, circumstances, now.at), campaign.state in LAUNCHED
    runs = bool(steps_of(campaign)) and {"campaigns:write", "campaigns:approve"} & set(visit.person.scopes)
    return look.page("tasks/tasks.html", visit, campaign=campaign, stages=found, launched=launched, runs=runs)


router.include_router(steps.router)
router.include_router(lists)
