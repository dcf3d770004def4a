"""Variants of a plan, and the parts of a plan that each gate looks at."""

from collections.abc import Callable
from typing import Any

from services.planner.plan.plan import Plan
from tests.planner.given.plans import plan

ARMS = plan()["arms"]
LETTER = ARMS[2]["letters"][0]
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"launch": "2026-09-08"},
    {"launch": "2026-12-07", "respond_by": "2027-01-29"},
    {"customers": 26_000},
    {"customers": 40_000},
    {"arms": [*ARMS[:2], ARMS[2] | {"channel": "third-party"}]},
    {"arms": [*ARMS[:2], ARMS[2] | {"letters": [LETTER | {"subject": "Your letting income"}]}]},
    {"hypothesis": "Another one"},
    {"purpose": "Another one"},
    {"responses": plan()["responses"] | {"volunteered": None}},
    {"resource": "Another designer"},
    {"milestones": [{"what": "Results", "on": "2026-12-30"}]},
)
PLANS = [Plan.model_validate(plan(**variant)) for variant in VARIANTS]

WATCHED: dict[str, Callable[[Plan], Any]] = {
    "communications-tone": lambda p: ([(a.channel, a.letters) for a in p.arms], p.action, p.respond_by),
    "analyst-sign-off": lambda p: ([(a.control, a.share) for a in p.arms], p.hypothesis, p.evaluation),
    "data-protection": lambda p: (p.purpose, p.risk, [a.channel for a in p.arms]),
    "affected-stakeholders": lambda p: (p.launch, p.responses, p.contact_rate, p.milestones),
    "strategy-unit": lambda p: (p.purpose, p.risk),
    "senior-agreement": lambda p: (p.purpose, p.risk, p.resource),
}
"""The parts of a plan that each gate is passed for."""
SIZED = {"analyst-sign-off", "affected-stakeholders", "strategy-unit", "senior-agreement"}
"""The gates that look at the number of customers."""
BEARS_ON: dict[str, set[str]] = {
    "communications-tone": {"behaviour", "delivery"},
    "analyst-sign-off": {"common-ground", "several-approaches", "effectiveness"},
    "data-protection": {"legal-requirement", "delivery"},
    "affected-stakeholders": {"timing", "reaction", "follow-up", "operations"},
    "strategy-unit": {"risk", "something-else"},
    "senior-agreement": {"risk", "cost-of-inaction", "reputation", "customers", "resource", "something-else"},
}
"""The questions whose answers each gate looks at."""
