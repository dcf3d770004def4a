"""The sealed part of a campaign's plan: how its trial will be analysed, and the arms."""

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.report.design_words import too_small
from services.planner.plan.dates import AS_KEPT
from services.planner.plan.plan import Plan
from shared.errors import Invalid, Problem

NO_COVARIATES = (
    "planner hears of no customer's figures, so that it has nothing to adjust for: plan strata for what is known "
    "before randomisation, or analyse files of your own with `otm trial analyse`"
)


def sealed_plan(plan: Plan, campaign: str | None = None) -> TrialPlan | None:
    """Returns the trial's plan with the campaign's arms and customers; None where no analysis is planned."""
    if plan.analysis is None:
        return None
    return TrialPlan.model_validate(_fields(plan) | {"campaign": campaign}, context=AS_KEPT)


def trial_of(plan: Plan) -> TrialPlan:
    """Returns the trial of a plan with an analysis, by the rules of today. Raises `Invalid`."""
    return TrialPlan.model_validate(_fields(plan))


def sealed_plan_problems(plan: Plan) -> list[Problem]:
    """Returns what stands against the trial: figures that planner never has, or a population too small for its claim,
    with what it could show."""
    if plan.analysis is None:
        return []
    if plan.analysis.adjust_for:
        return [Problem("analysis.adjust_for", "known-to-planner", NO_COVARIATES)]
    try:
        return too_small(trial_of(plan))
    except Invalid as error:
        return [Problem(f"analysis.{problem.field}", problem.rule, problem.message) for problem in error.problems]


def _fields(plan: Plan) -> dict[str, object]:
    analysis = plan.analysis.model_dump() if plan.analysis else {}
    arms = [arm.model_dump(include={"code", "control", "share", "cost_pence"}) for arm in plan.arms]
    return analysis | {"title": plan.title, "arms": arms, "customers": plan.customers}
