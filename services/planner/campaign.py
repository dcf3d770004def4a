"""A campaign: its plan, its state, and everything that was decided about it, by whom and why."""

from datetime import datetime

from services.planner.lifecycle import State, Step, after
from services.planner.plan import Plan
from shared.clock import LONDON
from shared.errors import Forbidden, Invalid, Problem, Stale
from shared.values import CampaignReference, Code, Instant, Number, OfficialText, Value


class Decision(Value):
    """One step of a campaign's history."""

    step: Step
    by: Code
    at: Instant
    reason: OfficialText = ""


class Campaign(Value):
    """`version` counts every change, and is what a writer must have seen. `author` wrote the plan as it stands."""

    reference: CampaignReference
    version: Number = 1
    state: State = State.DRAFT
    author: Code
    plan: Plan
    lines_to_take: Number = 1
    history: tuple[Decision, ...] = ()

    def take(self, step: Step, by: str, at: datetime, reason: str = "") -> "Campaign":
        """The campaign after `step`. Raises `Conflict` when its state does not allow it."""
        decision = Decision(step=step, by=by, at=at, reason=reason)
        changes = {
            "state": after(self.state, step),
            "version": self.version + 1,
            "history": (*self.history, decision),
        }
        return self.model_copy(update=changes)


def submit(campaign: Campaign, by: str, at: datetime) -> Campaign:
    """Ask for approval. Raises `Invalid` with all that is missing."""
    missing = []
    if campaign.plan.launch < at.astimezone(LONDON).date():
        missing.append(Problem("launch", "not-past", "the launch is in the past"))
    if not campaign.plan.lines_to_take:
        missing.append(Problem("lines_to_take", "required", "call handlers need lines to take"))
    if missing:
        raise Invalid("the campaign is not ready to be submitted", *missing)
    return campaign.take(Step.SUBMIT, by, at)


def approve(campaign: Campaign, by: str, at: datetime, reason: str) -> Campaign:
    """Agree to the plan. Raises `Forbidden` for anybody who wrote or submitted it."""
    hands = {campaign.author} | {d.by for d in campaign.history if d.step in (Step.REVISE, Step.SUBMIT)}
    if by in hands:
        raise Forbidden("nobody approves a campaign that they wrote or submitted")
    return campaign.take(Step.APPROVE, by, at, reason)


def decide(campaign: Campaign, step: Step, by: str, at: datetime, reason: str) -> Campaign:
    """Send back, reject, pause, resume, stop or complete; always for a reason."""
    if not reason.strip():
        raise Invalid("a reason is needed", Problem("reason", "required", "say why"))
    return campaign.take(step, by, at, reason)


def launch(campaign: Campaign, at: datetime) -> Campaign:
    """The first wave has started. A campaign that is live already, or was paused or ended since, stays as it is."""
    if campaign.state is not State.APPROVED:
        return campaign
    return campaign.take(Step.LAUNCH, "dispatcher", at)


def expect_version(campaign: Campaign, version: int | None) -> None:
    """Raises `Stale` when the caller has seen another version than the present one; None expects nothing."""
    if version is not None and version != campaign.version:
        raise Stale(f"the campaign has changed: its version is now {campaign.version}")
