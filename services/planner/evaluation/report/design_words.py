"""A trial's design said in plain words."""

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.design import Design, design
from services.planner.evaluation.report import wording
from shared.errors import Problem


def design_words(plan: TrialPlan, found: Design) -> list[str]:
    """Returns sentences: what the trial can show, what it needs, and what that rests on."""
    outcome = plan.outcome(plan.primary)
    smallest = wording.effect(outcome, plan.smallest_effect)
    if found.needed is None:
        first = f"No number of customers is enough to show a change of {smallest}."
    else:
        first = (
            f"To show a change of {smallest} in `{plan.primary.outcome}` within {plan.primary.horizon} days, in "
            f"{plan.power:.0%} of trials in which there is one, {found.needed:,} customers are needed."
        )
    return [first, *_with_customers(plan, found), *_rests_on(plan, found)]


def too_small(plan: TrialPlan) -> list[Problem]:
    """Returns the one problem of a trial whose population is too small for its claim, with what it could show."""
    found = design(plan)
    if plan.customers is None or found.enough:
        return []
    outcome = plan.outcome(plan.primary)
    needed = "no number of customers is enough" if found.needed is None else f"{found.needed:,} customers are needed"
    could = "nothing" if found.detectable is None else f"changes of {wording.effect(outcome, found.detectable)} or more"
    message = (
        f"to show a change of {wording.effect(outcome, plan.smallest_effect)}, {needed}; {plan.customers:,} could show "
        f"{could}: claim a larger effect, widen the population, use fewer arms, or plan no trial"
    )
    return [Problem("customers", "enough-for-the-trial", message)]


def _with_customers(plan: TrialPlan, found: Design) -> list[str]:
    if found.customers is None or found.power is None:
        return []
    outcome = plan.outcome(plan.primary)
    letters = f"{found.letters:,} letters ({found.customers:,} customers with those in control)"
    if found.detectable is None:
        return [f"{letters} cannot show any change: the trial is too small."]
    said = f"{letters} can show a change of {wording.effect(outcome, found.detectable)}"
    if found.enough:
        return [f"{said}: enough. A true change of that size is missed in {1 - plan.power:.0%} of trials."]
    return [
        f"{said}: too few. A true change of {wording.effect(outcome, plan.smallest_effect)} would be found in only "
        f"{found.power:.0%} of trials."
    ]


def _rests_on(plan: TrialPlan, found: Design) -> list[str]:
    outcome, said = plan.outcome(plan.primary), []
    if outcome.expected is not None:
        said.append(f"Without a letter, {wording.level(outcome, outcome.expected)} is expected.")
    if found.comparisons > 1:
        said.append(
            f"{found.comparisons} comparisons share the allowed error of {plan.alpha:g} ({plan.correction}): each is "
            f"planned at {found.alpha_each:.4g}."
        )
    if plan.clusters:
        said.append(
            f"Customers in clusters of {plan.clusters.mean_size:g} with an intra-cluster correlation of "
            f"{plan.clusters.icc:g} count for less: {found.design_effect:.2f} times as many are needed."
        )
    if plan.stopping:
        looks = f"{len(plan.stopping.looks)} looks"
        said.append(f"{looks} by the {plan.stopping.spending} rule need {found.inflation:.3f} times as many customers.")
    return said
