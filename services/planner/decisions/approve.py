"""Approval: submission, gates, return to the designers, and rejection."""

from typing import Annotated, Literal

from pydantic import Field

from services.planner.agreement.gates import Approval, Met, Standing, expiry, gate_problems
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.lifecycle import State, Step, after
from services.planner.readiness import Circumstances, gate_standings, submission_problems
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.values import OfficialText, Value

Condition = Annotated[OfficialText, Field(min_length=1, max_length=2_000)]


class GateDecision(Value):
    """A decision to pass a gate: its reason, and conditions if there are any."""

    reason: OfficialText
    conditions: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()


class Rejection(Value):
    """A decision against the campaign, with what is done instead."""

    reason: OfficialText
    instead: Literal["one-to-one", "another-approach", "pilot-first", "no-further-action"]


def submit(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign submitted. Raises `Invalid` with all that is missing."""
    state = after(campaign.state, Step.SUBMIT)
    problems = submission_problems(campaign, circumstances, act.at)
    if problems:
        raise Invalid("the campaign is not ready to be submitted", *problems)
    fields = {"state": state, "submissions": campaign.submissions + 1, "contributors": campaign.contributors | {act.by}}
    submitted = campaign.with_changes(act.change(Step.SUBMIT), **fields)
    return approved_if_passed(submitted, act, circumstances)


def pass_gate(
    campaign: Campaign, gate: str, decision: GateDecision, act: Act, circumstances: Circumstances
) -> Campaign:
    """Returns the campaign with one more gate passed. Raises `Forbidden` for a person who had a hand in the plan or
    passed another gate, `Conflict` while an earlier gate is open.
    """
    act.expect_reason()
    state = after(campaign.state, Step.PASS_GATE)
    found = gate_standings(campaign, circumstances, act.at)
    standing = expect_gate(found, gate)
    _expect_somebody_else(campaign, found, gate, act.by)
    earlier = gate_problems(found[: found.index(standing)])
    if earlier:
        raise Conflict(f"gates are passed in order: first {', '.join(p.field for p in earlier)}", *earlier)
    approval = Approval(
        by=act.by,
        at=act.at,
        reason=act.reason,
        conditions=decision.conditions,
        plan_version=campaign.plan_version,
        seen=campaign.seen,
        expires_at=expiry(standing.gate, act.at),
    )
    passed = campaign.with_changes(
        act.change(Step.PASS_GATE, gate, decision), state=state, approvals=campaign.approvals | {gate: approval}
    )
    return approved_if_passed(passed, act, circumstances)


def meet_condition(
    campaign: Campaign, gate: str, number: int, how: str, act: Act, circumstances: Circumstances
) -> Campaign:
    """Returns the campaign with a condition said to be met, by a person who had no hand in the plan."""
    act.expect_reason()
    after(campaign.state, Step.MEET_CONDITION)
    approval = expect_gate(gate_standings(campaign, circumstances, act.at), gate).approval
    if approval is None or number > len(approval.conditions):
        raise NotFound(f"{gate} was passed under {len(approval.conditions) if approval else 0} conditions")
    if act.by in campaign.contributors:
        raise Forbidden("nobody says of a plan that they wrote, changed or submitted that its conditions are met")
    others = tuple(met for met in approval.met if met.number != number)
    met = (*others, Met(number=number, by=act.by, at=act.at, how=how))
    approvals = campaign.approvals | {gate: approval.model_copy(update={"met": met})}
    return campaign.with_changes(act.change(Step.MEET_CONDITION, gate), approvals=approvals)


def send_back(campaign: Campaign, gate: str, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign as a draft again. Other approvals hold until an aspect that they looked at changes."""
    act.expect_reason()
    state = after(campaign.state, Step.SEND_BACK)
    found = gate_standings(campaign, circumstances, act.at)
    expect_gate(found, gate)
    _expect_somebody_else(campaign, (), gate, act.by)
    approvals = {code: approval for code, approval in campaign.approvals.items() if code != gate}
    return campaign.with_changes(act.change(Step.SEND_BACK, gate), state=state, approvals=approvals)


def reject(campaign: Campaign, rejection: Rejection, act: Act) -> Campaign:
    """Returns the campaign rejected, with what is done instead."""
    act.expect_reason()
    return campaign.with_changes(act.change(Step.REJECT, rejection.instead), state=after(campaign.state, Step.REJECT))


def approved_if_passed(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns a submitted campaign approved, if no gate is open any more."""
    found = gate_standings(campaign, circumstances, act.at)
    if not found or gate_problems(found) or campaign.state is not State.SUBMITTED:
        return campaign
    changes = (*campaign.changes, act.change(Step.APPROVE))
    state = after(campaign.state, Step.APPROVE)
    told_before = campaign.announced is not None and campaign.announced >= campaign.told_since
    return campaign.model_copy(
        update={
            "state": state,
            "changes": changes,
            "generation": campaign.generation if campaign.announced else circumstances.generation,
            "announced": campaign.plan_version,
            "known_from": campaign.known_from if told_before else act.at,
        }
    )


def expect_gate(found: tuple[Standing, ...], code: str) -> Standing:
    """Returns the standing of one gate. Raises `NotFound` with the gates that there are."""
    for standing in found:
        if standing.gate.code == code:
            return standing
    raise NotFound(f"there is no gate {code}: there are {', '.join(s.gate.code for s in found)}")


def _expect_somebody_else(campaign: Campaign, found: tuple[Standing, ...], gate: str, by: str) -> None:
    if by in campaign.contributors:
        raise Forbidden("nobody passes a gate for a plan that they wrote, changed or submitted")
    for other in found:
        if other.approval and other.approval.by == by and other.gate.code != gate and not other.why_open:
            raise Forbidden(f"gates are passed by different people: {other.gate.code} was passed by the same person")
