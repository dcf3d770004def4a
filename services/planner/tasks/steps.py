"""Steps that people take with a campaign which is approved or under way: launch, pause, go on, stop, complete."""

from collections.abc import Mapping

from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.run import Closing, complete, halt, launch, resume
from services.planner.lifecycle import TRANSITIONS, Step
from services.planner.readiness import Circumstances
from shared.errors import Conflict, Problem
from shared.reading.reasons import reason_problems

STEPS: Mapping[Step, str] = {
    Step.LAUNCH: "Launch: letters go out from the launch date on",
    Step.RESUME: "Go on: letters go out again by the plan as it is now",
    Step.PAUSE: "Pause: no more letters until somebody lets it go on",
    Step.COMPLETE: "Complete: everything is out, and nothing more is counted",
    Step.STOP: "Stop for good: letters that are left never go out",
}
AT_ONCE = frozenset({Step.PAUSE, Step.STOP})
"""Steps that stop harm: they are about the campaign as it is, whatever somebody has changed meanwhile."""
DECISIONS: Mapping[str, str] = {
    "continue": "Continue: write to more customers in this way",
    "change": "Change: try another way",
    "stop": "Stop: do not write to customers in this way again",
}


def steps_of(campaign: Campaign) -> dict[str, str]:
    """Returns the steps that the campaign allows in its state, with what each does."""
    return {step.value: says for step, says in STEPS.items() if (campaign.state, step) in TRANSITIONS}


def step_problems(campaign: Campaign, step: str, reason: str, decision: str) -> list[Problem]:
    """Returns what is wrong with a step as it was typed, each with its field."""
    found = [] if step in set(STEPS) else [Problem("step", "required", "Choose what is done")]
    if step == Step.COMPLETE and campaign.plan.analysis and decision not in DECISIONS:
        found.append(Problem("decision", "required", "Choose what is decided by the trial"))
    return [*found, *reason_problems(reason)]


def taken(campaign: Campaign, step: Step, decision: str, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign after the step; unchanged where the same person has just taken it, as when a form comes
    twice."""
    if any((each.step, each.by) == (step, act.by) for each in campaign.changes):
        return campaign
    if step is Step.LAUNCH:
        return launch(campaign, act, circumstances)
    if step is Step.RESUME:
        return resume(campaign, act, circumstances)
    if step is Step.COMPLETE:
        closing = Closing.model_validate({"reason": act.reason, "decision": decision or None})
        return complete(campaign, closing, act, circumstances)
    if step in AT_ONCE:
        return halt(campaign, step, act)
    raise Conflict(f"a campaign cannot {step} here")
