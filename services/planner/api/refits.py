"""Re-fits over HTTP: the schedules that planner proposes by what really came, accepted or declined by a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from services.planner.callers import AllCampaigns, Decider, Designer, MustHaveSeen, Reader, SeenVersion, tagged
from services.planner.campaign import Campaign
from services.planner.decisions.refit import AboutRefit, accept, decline
from services.planner.forecast.refits.proposal import RefitProposal
from services.planner.steering.refits import Refits
from shared.values import CampaignReference
from shared.web.dependencies import part

router = APIRouter(prefix="/v1/campaigns/{reference}/refits", tags=["forecast"])
AllRefits = Annotated[Refits, Depends(part(Refits))]
ProposalNumber = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("")
async def everything(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns) -> list[RefitProposal]:
    """Returns the latest proposals, oldest first, each with what was decided about it; the history has them all."""
    return list((await campaigns.get(reference)).refits)


@router.post("")
async def ask(
    reference: CampaignReference, caller: Designer, refits: AllRefits, seen: SeenVersion, response: Response
) -> Campaign:
    """Makes a proposal by what came until yesterday. After an excursion planner makes one by itself."""
    return tagged(await refits.propose(reference, seen, caller.subject), response)


@router.post("/{number}/acceptance")
async def take(
    reference: CampaignReference,
    number: ProposalNumber,
    body: AboutRefit,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Makes the proposal the plan, which re-opens the gates that look at what changes. A live campaign is paused until
    they are passed again, and resumed by a person.
    """
    changed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: accept(c, number, act, circumstances),
        body.reason,
    )
    return tagged(changed, response)


@router.post("/{number}/refusal")
async def leave(
    reference: CampaignReference,
    number: ProposalNumber,
    body: AboutRefit,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Declines the proposal, for a reason; nothing else changes."""
    changed = await campaigns.change(
        reference, seen, caller.subject, lambda c, act, _: decline(c, number, act), body.reason
    )
    return tagged(changed, response)
