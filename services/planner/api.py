"""Planner over HTTP."""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Response

from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from services.planner.lifecycle import Step
from services.planner.plan import Plan
from services.planner.progress import ProgressRepository
from shared.errors import Invalid, Problem
from shared.values import CampaignReference, OfficialText, Value
from shared.web.access import Principal, allowed
from shared.web.idempotency import IdempotencyKey, identified
from shared.web.parts import part

Reader = Annotated[Principal, Depends(allowed("campaigns:read", "campaigns:write", "campaigns:approve"))]
Designer = Annotated[Principal, Depends(allowed("campaigns:write"))]
Approver = Annotated[Principal, Depends(allowed("campaigns:approve"))]
Decider = Annotated[Principal, Depends(allowed("campaigns:write", "campaigns:approve"))]
AllCampaigns = Annotated[Campaigns, Depends(part(Campaigns))]
Progress = Annotated[ProgressRepository, Depends(part(ProgressRepository))]

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"])


class Reason(Value):
    reason: OfficialText = ""


def seen_version(
    if_match: Annotated[str | None, Header(description='The version last seen, as its ETag: `"3"`')] = None,
) -> int | None:
    """The version in If-Match, if there is one."""
    text = (if_match or "").strip().removeprefix("W/").strip('"')
    if if_match is not None and not re.fullmatch(r"[0-9]{1,9}", text):
        problem = Problem("If-Match", "version", 'send the ETag you were given, such as "3"')
        raise Invalid("If-Match is not a version of a campaign", problem)
    return int(text) if text else None


SeenVersion = Annotated[int | None, Depends(seen_version)]


@router.post("", status_code=201)
async def create(
    plan: Plan, caller: Designer, campaigns: AllCampaigns, response: Response, idempotency_key: IdempotencyKey = None
) -> Campaign:
    """Keep a plan as a draft."""
    request = identified(caller, "create-campaign", idempotency_key, plan)
    campaign = await campaigns.create(plan, caller.subject, request.id, request.digest)
    response.headers["Location"] = f"/v1/campaigns/{campaign.reference}"
    return _tagged(campaign, response)


@router.get("")
async def everything(_caller: Reader, campaigns: AllCampaigns) -> list[Campaign]:
    """All campaigns, oldest first."""
    return await campaigns.all()


@router.get("/{reference}")
async def one(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns, response: Response) -> Campaign:
    """One campaign, with its plan and its whole history; its version is the ETag."""
    return _tagged(await campaigns.get(reference), response)


@router.get("/{reference}/progress")
async def how_it_goes(
    reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns, progress: Progress
) -> dict[str, Any]:
    """Population, dispatch, notices and responses, as far as they are known."""
    await campaigns.get(reference)
    responses = [count.model_dump(mode="json") for count in await progress.responses(reference)]
    return await progress.progress(reference) | {"responses": responses}


@router.post("/{reference}/submission")
async def submit(
    reference: CampaignReference, caller: Designer, campaigns: AllCampaigns, seen: SeenVersion, response: Response
) -> Campaign:
    """Ask for approval."""
    return _tagged(await campaigns.submit(reference, caller.subject, seen), response)


@router.post("/{reference}/approval")
async def approve(
    reference: CampaignReference,
    reason: Reason,
    caller: Approver,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Agree to the plan; never by anybody who wrote or submitted it."""
    return _tagged(await campaigns.approve(reference, caller.subject, seen, reason.reason), response)


DECISIONS = {
    "pause": Step.PAUSE,
    "resumption": Step.RESUME,
    "stop": Step.STOP,
    "completion": Step.COMPLETE,
    "return": Step.SEND_BACK,
    "rejection": Step.REJECT,
}


@router.post("/{reference}/{decision}")
async def decide(
    reference: CampaignReference,
    decision: Literal["pause", "resumption", "stop", "completion", "return", "rejection"],
    reason: Reason,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Pause, resume, stop, complete, send back or reject; always for a reason."""
    return _tagged(
        await campaigns.decide(reference, DECISIONS[decision], caller.subject, seen, reason.reason), response
    )


def _tagged(campaign: Campaign, response: Response) -> Campaign:
    response.headers["ETag"] = f'"{campaign.version}"'
    return campaign
