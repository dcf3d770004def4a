"""Links in notices to a gate's brief: each is for one version of the plan, and dies when the plan is changed."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_410_GONE

from services.planner.approving.pages.waiting import Reader
from services.planner.callers import AllCampaigns
from services.planner.decisions.approve import expect_gate
from services.planner.readiness import gate_standings
from shared.values import CampaignReference, Code, Number
from shared.web.site.look import TheLook
from shared.wording import title_of

router = APIRouter(prefix="/waiting/{reference}/{gate}/version/{version}")


@router.get("")
async def follow(
    reference: CampaignReference, gate: Code, version: Number, visit: Reader, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Leads to the brief, as long as the plan is the one that the notice told of."""
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    expect_gate(gate_standings(campaign, circumstances, now.at), gate)
    brief = f"/waiting/{reference}/{gate}"
    if campaign.plan_version == version:
        return RedirectResponse(brief, HTTP_303_SEE_OTHER)
    shown = {"campaign": campaign, "gate_name": title_of(gate), "version": version, "brief": brief}
    return look.page("approving/changed.html", visit, HTTP_410_GONE, **shown)
