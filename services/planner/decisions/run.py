"""Running a campaign: launch, pause, resume, stop, complete."""

from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.issuing.refusal import Refusal
from services.planner.lifecycle import ENDED, State, Step, after
from services.planner.readiness import Circumstances, launch_problems
from shared.contracts import CampaignRefused
from shared.errors import Conflict, Invalid


def launch(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign live: communications may be issued. Raises `Invalid` with all that is not agreed yet."""
    return _go(campaign, Step.LAUNCH, act, circumstances)


def resume(campaign: Campaign, act: Act, circumstances: Circumstances, about: str | None = None) -> Campaign:
    """Returns the campaign live again, by its present plan. Changes made in the pause must be agreed as before a
    launch.
    """
    return _go(campaign, Step.RESUME, act, circumstances, about)


def halt(campaign: Campaign, step: Step, act: Act, about: str | None = None) -> Campaign:
    """Returns the campaign paused, stopped or completed. Needs a reason."""
    act.expect_reason()
    state, steering = after(campaign.state, step), campaign.steering.decided_by(act.by)
    return campaign.with_changes(act.change(step, about), state=state, steering=steering)


def complete(campaign: Campaign, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign completed. Raises `Conflict` while communications are left to issue: these
    can be stopped.
    """
    completed = halt(campaign, Step.COMPLETE, act)
    if not circumstances.dispatched:
        raise Conflict("communications are left to issue: stop the campaign, or complete it when all are out")
    return completed


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


def _go(campaign: Campaign, step: Step, act: Act, circumstances: Circumstances, about: str | None = None) -> Campaign:
    act.expect_reason()
    state = after(campaign.state, step)
    problems = launch_problems(campaign, circumstances, act.at)
    if problems:
        raise Invalid(f"the campaign cannot {step}: it has not earned it yet", *problems)
    steering = campaign.steering.decided_by(act.by)
    done = act.change(step, about)
    return campaign.with_changes(done, state=state, announced=campaign.plan_version, steering=steering)
