"""Clashes over HTTP: other campaigns that reach the same customers in the same weeks."""

from fastapi import APIRouter, Response

from services.planner.agreement.clashes import Clash, ClashDecision, clashes, holds
from services.planner.callers import AllCampaigns, Designer, Reader, SeenVersion, tagged
from services.planner.campaign import Campaign
from services.planner.decisions.brief import DecisionAboutClash, decide_clash
from shared.values import CampaignReference, Value

router = APIRouter(prefix="/v1/campaigns/{reference}/clashes", tags=["clashes"])


class ClashAndDecision(Value):
    """A clash and its decision. `decided` is true while the decision is about the clash as it is now."""

    clash: Clash
    decision: ClashDecision | None
    decided: bool


@router.get("")
async def look(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns) -> list[ClashAndDecision]:
    """Returns every clash, and the decision about it."""
    campaign, circumstances, _ = await campaigns.with_circumstances(reference)
    return [
        ClashAndDecision(
            clash=clash,
            decision=campaign.clash_decisions.get(clash.campaign),
            decided=holds(campaign.clash_decisions.get(clash.campaign), clash),
        )
        for clash in clashes(reference, campaign.plan, circumstances.others)
    ]


@router.post("/{other}")
async def decide(
    reference: CampaignReference,
    other: CampaignReference,
    decision: DecisionAboutClash,
    caller: Designer,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Records the decision about a clash, and the reason."""
    changed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: decide_clash(c, other, decision, act, circumstances),
        decision.reason,
    )
    return tagged(changed, response)
