"""Corrections over HTTP: a draft to exactly the customers who got a wrong letter."""

from fastapi import APIRouter, Response

from services.planner.callers import AllCampaigns, Designer, created
from services.planner.campaign import Campaign
from services.planner.decisions.correct import CorrectionWanted
from shared.idempotency import identified
from shared.values import CampaignReference
from shared.web.idempotency import Digest, IdempotencyKey

router = APIRouter(prefix="/v1/campaigns/{reference}/correction", tags=["campaigns"])


@router.post("", status_code=201)
async def correct(
    reference: CampaignReference,
    body: CorrectionWanted,
    caller: Designer,
    campaigns: AllCampaigns,
    response: Response,
    digest: Digest,
    idempotency_key: IdempotencyKey = None,
) -> Campaign:
    """Creates the draft of a correction: its customers are those who really got the wrong letter, its answers those of
    the wrong campaign. It needs words, dates and lines to take of its own, and the gates that these touch.
    """
    request = identified(caller, f"correct-{reference}", idempotency_key, body, digest)
    campaign = await campaigns.correct(reference, body, caller.subject, request)
    return created(campaign, response)
