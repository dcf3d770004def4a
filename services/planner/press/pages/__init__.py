"""The page of press officers: live and upcoming campaigns, made to be read on a phone."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planner.callers import AllCampaigns
from services.planner.press.press import SHOWN, press_entries
from shared.clock import Clock
from shared.web.dependencies import part
from shared.web.site.look import TheLook
from shared.web.site.visitors import Visit, visiting

TEMPLATES = Path(__file__).parent / "templates"
PressOfficer = Annotated[Visit, Depends(visiting("teams:press-office", "campaigns:write", "campaigns:approve"))]

router = APIRouter(prefix="/press", include_in_schema=False)


@router.get("")
async def campaigns_for_press(
    visit: PressOfficer,
    campaigns: AllCampaigns,
    look: TheLook,
    clock: Annotated[Clock, Depends(part(Clock))],
) -> Response:
    """Shows what may be said about which campaign."""
    found = await campaigns.of_states(*SHOWN)
    return look.page("press/press.html", visit, entries=press_entries(found, clock.now()))
