"""Lines to take, scripts and media lines over HTTP."""

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from services.planner.callers import AllCampaigns, Anybody, Designer, MustHaveSeen, Reader, Reason, tagged
from services.planner.campaign import Campaign
from services.planner.decisions.brief import approve_lines, write_lines
from services.planner.lifecycle import Step
from services.planner.lines_to_take.page import page
from services.planner.lines_to_take.words import LinesToTake, Words
from shared.errors import NotFound
from shared.values import CampaignReference, Number, Value
from shared.web.site.policy import document_headers

router = APIRouter(prefix="/v1/campaigns/{reference}/lines-to-take", tags=["lines to take"])


class Versions(Value):
    published: LinesToTake | None
    proposed: LinesToTake | None


@router.get("")
async def present(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns) -> Versions:
    """Returns the version in use and the version that waits for approval, if there are any."""
    campaign = await campaigns.get(reference)
    return Versions(published=campaign.published, proposed=campaign.proposed)


@router.put("")
async def write(
    reference: CampaignReference,
    words: Words,
    caller: Designer,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Proposes a new version; it is used once another person has approved it."""
    changed = await campaigns.change(reference, seen, caller.subject, lambda c, act, _: write_lines(c, words, act))
    return tagged(changed, response)


@router.post("/{version}/approval")
async def approve(
    reference: CampaignReference,
    version: Number,
    body: Reason,
    caller: Anybody,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Publishes a version. Needs the scope `lines:approve`; refused to the version's author."""
    caller.expect("lines:approve")
    changed = await campaigns.change(
        reference, seen, caller.subject, lambda c, act, _: approve_lines(c, version, act), body.reason
    )
    return tagged(changed, response)


@router.get("/{version}")
async def one(reference: CampaignReference, version: Number, _caller: Reader, campaigns: AllCampaigns) -> Words:
    """Returns any version ever written: a customer is answered from the version that applied to their letter."""
    return await _words(campaigns, reference, version)


@router.get("/{version}/page", response_class=HTMLResponse)
async def as_page(
    reference: CampaignReference, version: Number, _caller: Reader, campaigns: AllCampaigns
) -> HTMLResponse:
    """Returns a version as a page for people. Markdown is rendered; HTML in it is shown as it was typed."""
    words = await _words(campaigns, reference, version)
    shown = page(reference, version, words)
    return HTMLResponse(shown, headers=document_headers(shown))


async def _words(campaigns: AllCampaigns, reference: str, version: int) -> Words:
    for entry in await campaigns.history(reference, f"version-{version}"):
        if entry.step is Step.WRITE_LINES:
            return Words.model_validate(entry.detail)
    raise NotFound(f"{reference} has no version {version} of its lines to take")
