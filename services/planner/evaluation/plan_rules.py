"""Rules of an analysis plan: what does not hang together is refused at its field."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from shared.errors import Problem

if TYPE_CHECKING:
    from services.planner.evaluation.analysis_plan import Analysis, Outcome, TrialPlan

CUSTOMER_COLUMNS = ("unit", "arm", "sent", "started", "reached", "stratum", "cluster")
"""Columns of `units.csv` that have a meaning of their own, so that no covariate can have their name."""

LOOKS_APART = 0.02 - 1e-9
"""The share of the information between two looks, below which boundaries are not computed well."""


def arm_problems(plan: "TrialPlan") -> Iterator[Problem]:
    if len(plan.arms) <= 1:
        yield Problem("arms", "two", "a trial compares at least two arms")
    elif len(set(plan.codes)) < len(plan.codes):
        yield Problem("arms", "unique-codes", "two arms have the same code")
    if plan.customers is not None and plan.customers < len(plan.arms):
        says = f"{plan.customers} customers cannot be randomised to {len(plan.arms)} arms"
        yield Problem("customers", "one-in-each-arm", says)


def comparison_problems(plan: "TrialPlan") -> Iterator[Problem]:
    known, says = set(plan.codes), f"give shares to the plan's arms, which are {', '.join(plan.codes)}"
    for stratum, shares in plan.shares_by_stratum.items():
        if not shares or not set(shares) <= known:
            yield Problem(f"shares_by_stratum.{stratum}", "known-arms", says)
    if plan.comparisons == "against-control" and not any(arm.control for arm in plan.arms):
        yield Problem("arms", "control", "no arm is the control: mark one with `control: true`")
    if plan.arms and all(arm.control for arm in plan.arms):
        yield Problem("arms", "treatment", "at least one arm must be written to")


def outcome_problems(plan: "Analysis") -> Iterator[Problem]:
    codes = [outcome.code for outcome in plan.outcomes]
    if len(set(codes)) < len(codes):
        yield Problem("outcomes", "unique-codes", "two outcomes have the same code")
    if plan.primary.outcome not in codes or plan.primary.horizon not in plan.outcome(plan.primary).horizons:
        yield Problem("primary", "known", "the primary outcome is none of the outcomes and their horizons")
    for index, outcome in enumerate(plan.outcomes):
        yield from _of_outcome(f"outcomes.{index}", outcome)


def _of_outcome(place: str, outcome: "Outcome") -> Iterator[Problem]:
    if len(set(outcome.horizons)) < len(outcome.horizons):
        yield Problem(f"{place}.horizons", "once", "a horizon is there twice: name each once")
    if outcome.measure == "mean":
        return
    if outcome.expected is not None and not 0 < outcome.expected < 1:
        yield Problem(f"{place}.expected", "share", "between 0 and 1: 30.5% is 0.305")
    if outcome.winsorise:
        yield Problem(f"{place}.winsorise", "amount", "only amounts are winsorised")


def design_problems(plan: "Analysis") -> Iterator[Problem]:
    if plan.correction == "dunnett" and plan.comparisons != "against-control":
        yield Problem("correction", "dunnett", "Dunnett compares with a control; use holm for all pairs")
    if plan.stopping:
        looks = plan.stopping.looks
        if any(b <= a for a, b in pairwise(looks)) or looks[-1] != 1:
            yield Problem("stopping.looks", "order", "shares in rising order, the last of them 1")
        elif any(b - a < LOOKS_APART for a, b in pairwise(looks)):
            yield Problem("stopping.looks", "apart", "at least 0.02 apart: two looks at the same data are one")
    if plan.shares_by_stratum and not plan.stratified:
        yield Problem("shares_by_stratum", "stratified", "shares by stratum need `stratified: true`")
    yield from _covariate_problems(plan)


def _covariate_problems(plan: "Analysis") -> Iterator[Problem]:
    taken = {*CUSTOMER_COLUMNS, *(measured.column for measured in plan.measured)}
    for index, name in enumerate(plan.adjust_for):
        if name in taken:
            says = "adjust for what was known before randomisation: this is an outcome, or part of the trial itself"
            yield Problem(f"adjust_for.{index}", "covariate", says)
        if name in plan.adjust_for[:index]:
            yield Problem(f"adjust_for.{index}", "once", "it is there twice: name each covariate once")
