"""Running a campaign: launch, pause, resume, stop, complete."""

from typing import Literal

from services.planner.campaign import Campaign, Change
from services.planner.decisions.act import Act
from services.planner.evaluation.provenance import TrialDecision
from services.planner.forecast.forecast import forecast
from services.planner.forecast.schedule.going_out import as_sizes, waves_to_come
from services.planner.issuing.refusal import Refusal
from services.planner.lifecycle import ENDED, State, Step, after
from services.planner.readiness import Circumstances, launch_problems
from shared.clock import LONDON
from shared.contracts import CampaignRefused
from shared.contracts.schedules import ExpectedContacts, Wave
from shared.errors import Conflict, Invalid, Problem
from shared.values import OfficialText, Value


class Resumption(Value):
    """The waves still to come and the contacts expected after a pause."""

    waves: tuple[Wave, ...]
    expected_contacts: tuple[ExpectedContacts, ...]


def launch(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign live: communications may be issued. Raises `Invalid` with all that is not agreed yet."""
    return _go(campaign, act.change(Step.LAUNCH), act, circumstances)


def resume(campaign: Campaign, act: Act, circumstances: Circumstances, about: str | None = None) -> Campaign:
    """Returns the campaign live again, by its present plan, with the waves on the days on which they will come. Changes
    made in the pause must be agreed as before a launch.
    """
    today = act.at.astimezone(LONDON).date()
    started = circumstances.started
    waves = waves_to_come(campaign.plan, campaign.eligible, started, today)
    expected = forecast(campaign.plan, as_sizes(started, waves)) if waves else ()
    resumption = Resumption(waves=waves, expected_contacts=expected)
    return _go(campaign, act.change(Step.RESUME, about, resumption), act, circumstances)


def halt(campaign: Campaign, step: Step, act: Act, about: str | None = None) -> Campaign:
    """Returns the campaign paused, stopped or completed. Needs a reason."""
    act.expect_reason()
    state, steering = after(campaign.state, step), campaign.steering.decided_by(act.by)
    return campaign.with_changes(act.change(step, about), state=state, steering=steering)


class Closing(Value):
    """The reason for closing a campaign, and the decision about what it tried: needed where a trial was planned."""

    reason: OfficialText = ""
    decision: Literal["continue", "change", "stop"] | None = None


def complete(campaign: Campaign, closing: Closing, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign completed. Raises `Conflict` while communications are left to issue: these
    can be stopped; `Invalid` for a trial without a decision about it.
    """
    completed = halt(campaign, Step.COMPLETE, act)
    if not circumstances.dispatched:
        raise Conflict("communications are left to issue: stop the campaign, or complete it when all are out")
    if closing.decision is None:
        if campaign.plan.analysis:
            says = "say continue, change or stop, and why as the reason"
            raise Invalid("the close of a trial asks for a decision", Problem("decision", "required", says))
        return completed
    decision = TrialDecision(decision=closing.decision, by=act.by, at=act.at, why=act.reason)
    change = act.change(Step.COMPLETE, given=closing)
    return completed.model_copy(update={"decision": decision, "changes": (change,)})


def note_refusal(campaign: Campaign, refused: CampaignRefused, act: Act) -> Campaign:
    """Returns the campaign with dispatcher's refusal of its present plan; of an earlier one, or heard again, unchanged.
    Nothing goes out by a refused plan: a live campaign is paused, so that its plan can be changed.
    """
    refusal = Refusal.of(refused)
    if campaign.state in ENDED or refusal.plan_version != campaign.plan_version or campaign.refused == refusal:
        return campaign
    why = "; ".join(f"{problem.field}: {problem.message}" for problem in refusal.problems[:1])
    told = Act(act.by, act.at, f"The plan cannot be issued: {why}")
    change = told.change(Step.NOTE_REFUSAL, given=refusal)
    if campaign.state is not State.LIVE:
        return campaign.with_changes(change, refused=refusal)
    paused = after(campaign.state, Step.PAUSE)
    return campaign.with_changes(change, told.change(Step.PAUSE), state=paused, refused=refusal)


def _go(campaign: Campaign, done: Change, act: Act, circumstances: Circumstances) -> Campaign:
    act.expect_reason()
    state = after(campaign.state, done.step)
    problems = launch_problems(campaign, circumstances, act.at)
    if problems:
        raise Invalid(f"the campaign cannot {done.step}: it has not earned it yet", *problems)
    steering = campaign.steering.decided_by(act.by)
    return campaign.with_changes(done, state=state, announced=campaign.plan_version, steering=steering)
