"""Figures of the assessment compared with the plan: an approver must not read one number here and another there."""

from collections.abc import Mapping

from services.planner.assessment.answer import Answer
from services.planner.plan.plan import Plan
from shared.errors import Problem


def figure_problems(plan: Plan, answers: Mapping[str, Answer], tolerance: float) -> list[Problem]:
    """Returns a problem for each figure of an answer that the plan contradicts: a number of customers that differs by
    more than `tolerance`, a share of the plan's, and a deadline before the launch.
    """
    problems = []
    timing = answers.get("timing")
    answered, planned = _customers(answers), plan.customers
    if answered is not None and planned is not None and abs(answered - planned) > tolerance * planned:
        told = f"the answer says {answered:,} customers and the plan {planned:,}: correct one"
        problems.append(Problem("assessment.customers", "agrees", told))
    if timing and plan.launch:
        for deadline in timing.given.deadlines:
            if deadline < plan.launch:
                told = f"customers must be told by {deadline:%d %B %Y}, and the launch is on {plan.launch:%d %B %Y}"
                problems.append(Problem("assessment.timing", "agrees", f"{told}: correct one"))
    return problems


def _customers(answers: Mapping[str, Answer]) -> int | None:
    answer = answers.get("customers")
    return answer.given.customers if answer else None
