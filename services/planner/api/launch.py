"""Launch, pause, resumption, stop and completion over HTTP."""

from typing import Literal

from fastapi import APIRouter, Response

from services.planner.callers import (
    AllCampaigns,
    Decider,
    Missing,
    MustHaveSeen,
    Reader,
    Reason,
    SeenVersion,
    tagged,
)
from services.planner.campaign import Campaign
from services.planner.decisions.run import Closing, complete, halt, launch, resume
from services.planner.decisions.steer import Slowing, SteeringChange, set_policy, slow
from services.planner.lifecycle import Step
from services.planner.readiness import launch_problems
from shared.values import CampaignReference

router = APIRouter(prefix="/v1/campaigns/{reference}", tags=["launch"])
HALTS = {"pause": Step.PAUSE, "stop": Step.STOP}


@router.get("/launch")
async def what_is_missing(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns) -> Missing:
    """Returns the complete list of problems that stand against a launch."""
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    return Missing(problems=tuple(launch_problems(campaign, circumstances, now.at)))


@router.post("/launch")
async def let_go(
    reference: CampaignReference,
    body: Reason,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Launches the campaign: communications go out from its launch date on."""
    return tagged(await campaigns.change(reference, seen, caller.subject, launch, body.reason), response)


@router.post("/resumption")
async def go_on(
    reference: CampaignReference,
    body: Reason,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Resumes the campaign after a pause, by the plan as it is now."""
    return tagged(await campaigns.change(reference, seen, caller.subject, resume, body.reason), response)


@router.put("/steering")
async def steer(
    reference: CampaignReference,
    body: SteeringChange,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Sets what the closed loop may do by itself about more contacts than were forecast."""
    changed = await campaigns.change(
        reference, seen, caller.subject, lambda c, act, _: set_policy(c, body, act), body.reason
    )
    return tagged(changed, response)


@router.put("/daily-limit")
async def slow_down(
    reference: CampaignReference,
    body: Slowing,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Sets a lower limit of communications a day on a live campaign, or the plan's own again. Needs no If-Match."""
    changed = await campaigns.change(reference, seen, caller.subject, lambda c, act, _: slow(c, body, act), body.reason)
    return tagged(changed, response)


@router.post("/completion")
async def close(
    reference: CampaignReference,
    body: Closing,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Completes the campaign once everything is issued; a trial is closed with a decision: to continue, change or stop.
    A campaign with communications left to issue can be stopped instead.
    """
    closed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: complete(c, body, act, circumstances),
        body.reason,
    )
    return tagged(closed, response)


@router.post("/{halt_by}")
async def halt_at_once(
    reference: CampaignReference,
    halt_by: Literal["pause", "stop"],
    body: Reason,
    caller: Decider,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Pauses or stops the campaign, for a reason. No If-Match is needed, so that harm can be stopped at once."""
    changed = await campaigns.change(
        reference, seen, caller.subject, lambda c, act, _: halt(c, HALTS[halt_by], act), body.reason
    )
    return tagged(changed, response)
