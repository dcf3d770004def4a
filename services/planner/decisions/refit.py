"""Re-fits: planner proposes the next schedule when reality differs, and a person accepts or declines it."""

from services.planner.campaign import Campaign, Change
from services.planner.decisions.act import Act
from services.planner.decisions.draft import amend
from services.planner.decisions.run import halt
from services.planner.forecast.refits.proposal import (
    MOST_KEPT,
    RefitDecision,
    RefitProposal,
    Refitted,
    plan_by,
    words,
)
from services.planner.lifecycle import ENDED, State, Step, after
from services.planner.readiness import Circumstances
from shared.errors import Conflict, NotFound
from shared.values import OfficialText, Value


class AboutRefit(Value):
    """The reason for which a proposal is accepted or declined."""

    reason: OfficialText


def propose(campaign: Campaign, found: Refitted, excursion: str | None, act: Act) -> Campaign:
    """Returns the campaign with a proposal; unchanged after an excursion that has one, or once the campaign has ended.
    The one before that nobody has decided about is out of date by it.
    """
    if campaign.state in ENDED or (excursion and any(each.excursion == excursion for each in campaign.refits)):
        return campaign
    number = max((each.number for each in campaign.refits), default=0) + 1
    proposal = RefitProposal(
        **{name: getattr(found, name) for name in Refitted.model_fields},
        number=number,
        plan_version=campaign.plan_version,
        excursion=excursion,
        says=words(found.waves),
        by=act.by,
        at=act.at,
    )
    state = after(campaign.state, Step.PROPOSE_REFIT)
    change = act.change(Step.PROPOSE_REFIT, f"refit-{number}", proposal)
    return campaign.with_changes(change, state=state, refits=(*campaign.refits, proposal)[-MOST_KEPT:])


def accept(campaign: Campaign, number: int, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign with the proposed schedule and rates as its plan, which re-opens exactly the gates and
    sign-offs that look at them. A live campaign is paused until these are given again. A limit that the loop or a
    person has set ends with it: the schedule takes its place.
    """
    proposal = _open(campaign, number, act)
    if proposal.plan_version != campaign.plan_version:
        raise Conflict(f"the plan has changed since proposal {number}: ask for another one")
    halted = halt(campaign, Step.PAUSE, act) if campaign.state is State.LIVE else campaign
    steering = halted.steering.decided_by(act.by)
    lifted = steering.daily_limit is not None
    amended = amend(
        halted.model_copy(update={"steering": steering.model_copy(update={"daily_limit": None})}),
        plan_by(campaign.plan, proposal),
        act,
        circumstances,
    )
    if amended.plan == campaign.plan:
        raise Conflict(f"proposal {number} is the plan already")
    changes = [
        act.change(Step.ACCEPT_REFIT, f"refit-{number}"),
        *([act.change(Step.SLOW)] if lifted else []),
        *(halted.changes if halted is not campaign else ()),
        *amended.changes,
    ]
    return _decided(campaign, amended, proposal, RefitDecision(accepted=True, **_by(act)), changes)


def decline(campaign: Campaign, number: int, act: Act) -> Campaign:
    """Returns the campaign with the proposal declined; nothing else changes."""
    proposal = _open(campaign, number, act)
    decision = RefitDecision(accepted=False, **_by(act))
    return _decided(campaign, campaign, proposal, decision, [act.change(Step.DECLINE_REFIT, f"refit-{number}")])


def _open(campaign: Campaign, number: int, act: Act) -> RefitProposal:
    act.expect_reason()
    after(campaign.state, Step.ACCEPT_REFIT)
    for proposal in campaign.refits:
        if proposal.number == number:
            if proposal.decision is not None:
                raise Conflict(f"proposal {number} was {proposal.state} by {proposal.decision.by}")
            return proposal
    raise NotFound(f"{campaign.reference} has no proposal {number}")


def _decided(
    before: Campaign, now: Campaign, proposal: RefitProposal, decision: RefitDecision, changes: list[Change]
) -> Campaign:
    """Returns the next version: one, whatever steps it took."""
    decided = proposal.model_copy(update={"decision": decision})
    refits = tuple(decided if each.number == proposal.number else each for each in before.refits)
    fields = {"version": before.version + 1, "changes": tuple(changes), "refits": refits}
    return now.model_copy(update=fields)


def _by(act: Act) -> dict[str, object]:
    return {"by": act.by, "at": act.at, "reason": act.reason}
