"""A campaign's trial over HTTP: what is sealed of its plan, and what the trial can show."""

from fastapi import APIRouter

from services.planner.callers import AllCampaigns, Reader
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.design import Design, design
from services.planner.evaluation.design_words import design_words
from services.planner.evaluation.seal import seal
from services.planner.plan.sealed_plan import sealed_plan
from shared.errors import NotFound
from shared.values import CampaignReference, Number, Sha256, Value

router = APIRouter(prefix="/v1/campaigns/{reference}/trial", tags=["trial"])


class TrialStatus(Value):
    """The trial by the campaign's plan as it is now. `plan` is what `seal` was taken of; the seals of earlier approvals
    are in their `campaign.approved` events. `design` is what it can show, and `says` the same in words."""

    plan: TrialPlan
    seal: Sha256
    plan_version: Number
    design: Design
    says: tuple[str, ...]


@router.get("")
async def read(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns) -> TrialStatus:
    """Returns the trial's plan, its seal and what it can show. 404 where the campaign plans no analysis."""
    campaign = await campaigns.get(reference)
    plan = sealed_plan(campaign.plan, campaign.reference)
    if plan is None:
        raise NotFound(f"{reference} plans no analysis of a trial: give its plan an `analysis`")
    found = design(plan)
    return TrialStatus(
        plan=plan,
        seal=seal(plan),
        plan_version=campaign.plan_version,
        design=found,
        says=tuple(design_words(plan, found)),
    )
