"""The page of a campaign's lines to take: the version that waits for approval, and the one in use."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.decisions.brief import approve_lines
from services.planner.lifecycle import ENDED
from shared.errors import Conflict, Permanent, Problem
from shared.values import LONGEST_TEXT, CampaignReference
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list
from shared.web.site.visitors import Posted, Visit, posting, visiting
from shared.wording import sentence

APPROVE = "lines:approve"
CHANGED = "Another version waits now. Read it, then approve it"
TEMPLATES = Path(__file__).parent / "templates"
Reader = Annotated[Visit, Depends(visiting("campaigns:read", "campaigns:write", "campaigns:approve"))]
Sent = Annotated[Posted, Depends(posting(APPROVE))]

router = APIRouter(prefix="/campaigns/{reference}/lines", include_in_schema=False)


@router.get("")
async def show(reference: CampaignReference, visit: Reader, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Shows both versions, and the form with which one is approved."""
    draft = await visit.draft()
    return _shown(look, visit, await campaigns.get(reference), draft, kept=draft is not None)


@router.post("")
async def approve(reference: CampaignReference, posted: Sent, campaigns: AllCampaigns, look: TheLook) -> Response:
    """Approves the version that the person has read; the same form twice approves it once."""
    form, person, version = posted.form, posted.person.subject, posted.form.version
    campaign, reason = await campaigns.get(reference), posted.form.text("reason")
    if problems := _reason_problems(reason):
        return _shown(look, posted.visit, campaign, form, 422, problems)
    try:
        await campaigns.change(reference, None, person, lambda c, act, _: approve_lines(c, version, act), reason)
    except Conflict:
        now = await campaigns.get(reference)
        if not _approved_by(now, version, person):
            return _shown(look, posted.visit, now, form, 409, [Problem("", "stale", CHANGED)])
    except Permanent as error:
        return _shown(
            look, posted.visit, campaign, form, error.status, [Problem("", "refused", sentence(error.message))]
        )
    await posted.visit.forget_draft(form.page)
    return RedirectResponse(f"/campaigns/{reference}/lines", HTTP_303_SEE_OTHER)


def _approved_by(campaign: Campaign, version: int, person: str) -> bool:
    """Returns whether the person has approved the version already: then the same form has come twice."""
    published = campaign.published
    return published is not None and (published.version, published.approved_by) == (version, person)


def _reason_problems(reason: str) -> list[Problem]:
    if not reason:
        return [Problem("reason", "required", "Enter the reason for your approval")]
    if len(reason) > LONGEST_TEXT:
        return [Problem("reason", "too-long", f"Shorten the reason to {LONGEST_TEXT:,} characters")]
    return []


def _shown(
    look: Look,
    visit: Visit,
    campaign: Campaign,
    typed: Form | None,
    status: int = 200,
    problems: Sequence[Problem] = (),
    **shown: Any,
) -> Response:
    proposed = campaign.proposed
    values = {
        "campaign": campaign,
        "versions": [each for each in (proposed, campaign.published) if each],
        "proposed": proposed,
        "typed": typed,
        "errors": error_list(problems, look.words(visit)),
        "may": APPROVE in visit.person.scopes and campaign.state not in ENDED and proposed is not None,
        "own": proposed is not None and proposed.written_by == visit.person.subject,
        "writes": "campaigns:write" in visit.person.scopes and campaign.state not in ENDED,
    }
    return look.page("lines_to_take/lines.html", visit, status, **(values | shown))
