"""Submission and gates over HTTP. Passing the gate X needs the scope `gates:X`."""

from fastapi import APIRouter, Response

from services.planner.agreement.gates import Standing
from services.planner.callers import (
    AllCampaigns,
    Anybody,
    Approver,
    Designer,
    Missing,
    MustHaveSeen,
    Reader,
    Reason,
    SeenVersion,
    tagged,
)
from services.planner.campaign import Campaign
from services.planner.decisions.approve import (
    GateDecision,
    Rejection,
    expect_gate,
    meet_condition,
    pass_gate,
    reject,
    send_back,
    submit,
)
from services.planner.readiness import gate_standings, submission_problems
from shared.values import CampaignReference, Code, Number

router = APIRouter(prefix="/v1/campaigns/{reference}", tags=["approval"])


@router.get("/submission")
async def what_is_missing(reference: CampaignReference, _caller: Reader, campaigns: AllCampaigns) -> Missing:
    """Returns the complete list of problems that stand against submitting the campaign now."""
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    return Missing(problems=tuple(submission_problems(campaign, circumstances, now.at)))


@router.post("/submission")
async def ask(
    reference: CampaignReference, caller: Designer, campaigns: AllCampaigns, seen: SeenVersion, response: Response
) -> Campaign:
    """Asks for approval."""
    return tagged(await campaigns.change(reference, seen, caller.subject, submit), response)


@router.get("/gates")
async def gates(reference: CampaignReference, _caller: Anybody, campaigns: AllCampaigns) -> list[Standing]:
    """Returns every gate in order, with the reason why it is open, if it is."""
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    return list(gate_standings(campaign, circumstances, now.at))


@router.post("/gates/{gate}/approval")
async def approve(
    reference: CampaignReference,
    gate: Code,
    decision: GateDecision,
    caller: Anybody,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Passes a gate, perhaps under conditions. Refused to people who changed the plan or passed another gate."""
    await _expect_lead(reference, gate, campaigns, caller)
    changed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: pass_gate(c, gate, decision, act, circumstances),
        decision.reason,
    )
    return tagged(changed, response)


@router.post("/gates/{gate}/conditions/{number}")
async def say_that_it_is_met(
    reference: CampaignReference,
    gate: Code,
    number: Number,
    body: Reason,
    caller: Anybody,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Says that a condition of an approval is met, and how. Needs the scope of the gate."""
    await _expect_lead(reference, gate, campaigns, caller)
    changed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: meet_condition(c, gate, number, body.reason, act, circumstances),
        body.reason,
    )
    return tagged(changed, response)


@router.post("/gates/{gate}/return")
async def return_to_designers(
    reference: CampaignReference,
    gate: Code,
    body: Reason,
    caller: Anybody,
    campaigns: AllCampaigns,
    seen: MustHaveSeen,
    response: Response,
) -> Campaign:
    """Sends the campaign back to its designers, for a reason."""
    await _expect_lead(reference, gate, campaigns, caller)
    changed = await campaigns.change(
        reference,
        seen,
        caller.subject,
        lambda c, act, circumstances: send_back(c, gate, act, circumstances),
        body.reason,
    )
    return tagged(changed, response)


@router.post("/rejection")
async def decide_otherwise(
    reference: CampaignReference,
    rejection: Rejection,
    caller: Approver,
    campaigns: AllCampaigns,
    seen: SeenVersion,
    response: Response,
) -> Campaign:
    """Records that something else is done instead: one-to-one, another approach, a pilot first, or nothing further."""
    changed = await campaigns.change(
        reference, seen, caller.subject, lambda c, act, _: reject(c, rejection, act), rejection.reason
    )
    return tagged(changed, response)


async def _expect_lead(reference: str, gate: str, campaigns: AllCampaigns, caller: Anybody) -> None:
    """Raises `NotFound` with the gates that there are, before a scope is asked for that nobody could have, and
    `Forbidden` for a caller without the scope of the gate."""
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    expect_gate(gate_standings(campaign, circumstances, now.at), gate)
    caller.expect(f"gates:{gate}")
