"""Campaigns over HTTP: create, read, change and clone them, and read their history and progress."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.planner.callers import AllCampaigns, Designer, MustHaveSeen, Reader, created, tagged
from services.planner.campaign import Campaign
from services.planner.decisions.draft import amend
from services.planner.lifecycle import State
from services.planner.plan.plan import Clone, Plan
from services.planner.ports import Entry, Summary
from services.planner.progress.ports import ProgressRepository
from shared.idempotency import identified
from shared.values import CampaignReference, Code, OfficialText, Value
from shared.web.dependencies import part
from shared.web.idempotency import Digest, IdempotencyKey

Progress = Annotated[ProgressRepository, Depends(part(ProgressRepository))]

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"])


class Amended(Value):
    """The whole new plan, and the reason for the change."""

    plan: Plan
    reason: OfficialText = ""


@router.post("", status_code=201)
async def create(
    plan: Plan,
    caller: Designer,
    campaigns: AllCampaigns,
    response: Response,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> Campaign:
    """Keeps a plan as a draft. Only its title and regime are needed to begin with."""
    request = identified(caller, "create-campaign", idempotency_key, plan, digest)
    campaign = await campaigns.create(plan, caller.subject, request)
    return created(campaign, response)


@router.post("/{reference}/clone", status_code=201)
async def clone(
    reference: CampaignReference,
    body: Clone,
    caller: Designer,
    campaigns: AllCampaigns,
    response: Response,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> Campaign:
    """Creates a draft from an earlier campaign: its plan without dates, and its answers, each to be given again."""
    request = identified(caller, f"clone-{reference}", idempotency_key, body, digest)
    campaign = await campaigns.clone(reference, body.title, caller.subject, request)
    return created(campaign, response)


@router.get("")
async def everything(_caller: Reader, campaigns: AllCampaigns, state: State | None = None) -> list[Summary]:
    """Returns all campaigns, or those in one state, oldest first."""
    return await campaigns.all(state)


@router.get("/{reference}")
async def one(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns, response: Response) -> Campaign:
    """Returns one campaign as it stands; its version is the ETag."""
    return tagged(await campaigns.get(reference), response)


@router.put("/{reference}/plan")
async def change_plan(
    reference: CampaignReference,
    body: Amended,
    caller: Designer,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Replaces the plan. Once submitted, this re-opens exactly the gates that the change touches."""
    changed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: amend(c, body.plan, act, circumstances),
        body.reason,
    )
    return tagged(changed, response)


@router.get("/{reference}/history")
async def history(
    reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns, about: Code | None = None
) -> list[Entry]:
    """Returns every change with its author, time and reason; `about` selects a gate, question, team or version."""
    return list(await campaigns.history(reference, about))


@router.get("/{reference}/progress")
async def how_it_goes(
    reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns, progress: Progress
) -> dict[str, Any]:
    """Returns population, dispatch, notices, responses and outcomes, as far as they are known."""
    await campaigns.get(reference)
    responses = [count.model_dump(mode="json") for count in await progress.responses(reference)]
    outcomes = [total.model_dump(mode="json") for total in await progress.outcomes(reference)]
    return await progress.progress(reference) | {"responses": responses, "outcomes": outcomes}
