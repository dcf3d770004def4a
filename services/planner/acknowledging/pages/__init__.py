"""The page on which somebody of a team says that the team knows of a campaign. It works without scripts."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.acknowledging.asked import has_changed, why_again
from services.planner.agreement.sign_off import TeamSignOff, Told
from services.planner.approving.brief import changed_facts, facts
from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.brief import acknowledge
from services.planner.readiness import Circumstances, team_sign_offs
from shared.errors import Conflict, Forbidden, NotFound, Problem
from shared.values import CampaignReference, Code
from shared.web.site.look import TheLook, error_list
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import sentence

TEMPLATES = Path(__file__).parent / "templates"
CHANGED = "This campaign has changed since you opened it. Look at what is different, then say again that you know it"
Reader = Annotated[Visit, Depends(visiting("campaigns:read"))]
Sent = Annotated[Posted, Depends(posting("campaigns:read"))]

router = APIRouter(prefix="/waiting/{reference}/teams/{team}", include_in_schema=False)


class _Changed(Exception):
    """The campaign is another one than the person has seen."""


@router.get("")
async def show(
    reference: CampaignReference, team: Code, visit: Reader, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Shows what the team is told, with the button by which it says that it knows."""
    visit.person.expect(f"teams:{team}")
    campaign, circumstances, _ = await campaigns.with_circumstances(reference)
    return _shown(look, visit, campaign, _standing(campaign, circumstances, team))


@router.post("")
async def know(
    reference: CampaignReference, team: Code, posted: Sent, campaigns: AllCampaigns, look: TheLook
) -> Response:
    """Keeps that the team knows of what the person has seen. Said twice, it is said once."""
    posted.person.expect(f"teams:{team}")
    seen = posted.form.seen

    def decide(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
        if has_changed(campaign, seen):
            raise _Changed
        told = Told(plan_version=campaign.plan_version, lines_to_take=campaign.lines_version, at=act.at)
        return acknowledge(campaign, team, told, act, circumstances)

    try:
        await campaigns.change(reference, None, posted.person.subject, decide)
    except (_Changed, Conflict, Forbidden) as error:
        campaign, circumstances, _ = await campaigns.with_circumstances(reference)
        standing = _standing(campaign, circumstances, team)
        if isinstance(error, _Changed):
            different = changed_facts(seen, facts(campaign))
            problem = Problem("", "stale", CHANGED)
            return _shown(look, posted.visit, campaign, standing, 409, [problem], different=different)
        problem = Problem("", "refused", sentence(error.message))
        return _shown(look, posted.visit, campaign, standing, 422, [problem])
    return RedirectResponse(f"/waiting?known={reference}", HTTP_303_SEE_OTHER)


def _standing(campaign: Campaign, circumstances: Circumstances, team: str) -> TeamSignOff:
    for each in team_sign_offs(campaign, circumstances):
        if each.team == team:
            return each
    raise NotFound(f"{campaign.reference} does not affect {team}")


def _shown(
    look: TheLook,
    visit: Visit,
    campaign: Campaign,
    standing: TeamSignOff,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    values = {
        "campaign": campaign,
        "standing": standing,
        "why_again": why_again(standing),
        "facts": facts(campaign),
        "seen": json.dumps(facts(campaign)),
        "errors": error_list(problems, look.words(visit)),
        "own": visit.person.subject in campaign.contributors,
    }
    return look.page("acknowledging/briefing.html", visit, status, **values, **shown)
