"""A plan as a designer sends it, and campaigns made of it."""

from datetime import UTC, date, datetime
from typing import Any

from deploy.local.demo import plan as demo
from services.planner.campaign import Campaign
from services.planner.plan import Plan
from shared.errors import Invalid

DESIGNED = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)
LAUNCH, RESPOND_BY = date(2026, 9, 7), date(2026, 10, 30)
AUTHOR = "designer"


def plan(**changes: Any) -> dict[str, Any]:
    """As JSON: a control and two letters to 25,000 customers, with fields changed."""
    return demo.plan(25_000, LAUNCH, RESPOND_BY) | changes


def draft(**changes: Any) -> Campaign:
    return Campaign(reference="OTM-26-0042", author=AUTHOR, plan=Plan.model_validate(plan(**changes)))


def problems(**changes: Any) -> set[tuple[str, str]]:
    """The fields and rules that a plan with these changes breaks, taken together."""
    try:
        Plan.model_validate(plan(**changes))
    except Invalid as error:
        return {(problem.field, problem.rule) for problem in error.problems}
    return set()
