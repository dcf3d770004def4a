"""An approver's decision as it was typed."""

from collections.abc import Sequence
from typing import Literal

from services.planner.decisions.approve import GateDecision
from shared.errors import Problem
from shared.reading.reasons import reason_problems

LONGEST_REASON, LONGEST_CONDITION, MOST_CONDITIONS = 4_000, 2_000, 20
CHOICES = {"approve": "Approve", "conditions": "Approve with conditions", "return": "Send back to the designers"}
Choice = Literal["approve", "conditions", "return"]


def decision_problems(choice: str, reason: str, conditions: Sequence[str]) -> list[Problem]:
    """Returns what is wrong with a decision, each with its field."""
    found = [] if choice in CHOICES else [Problem("decision", "required", "Choose what you decide")]
    return [*found, *reason_problems(reason, LONGEST_REASON), *_condition_problems(choice, conditions)]


def gate_decision(choice: str, reason: str, conditions: Sequence[str]) -> GateDecision | None:
    """Returns the decision to pass a gate; None for one to send it back."""
    if choice == "return":
        return None
    return GateDecision(reason=reason, conditions=tuple(conditions) if choice == "conditions" else ())


def _condition_problems(choice: str, conditions: Sequence[str]) -> list[Problem]:
    if choice == "conditions" and not conditions:
        return [Problem("conditions", "required", "Enter at least one condition, each on a line of its own")]
    if choice == "approve" and conditions:
        return [Problem("conditions", "no-choice", "Choose to approve with conditions, or take these away")]
    if len(conditions) > MOST_CONDITIONS:
        return [Problem("conditions", "too-many", f"Enter at most {MOST_CONDITIONS} conditions")]
    if any(len(condition) > LONGEST_CONDITION for condition in conditions):
        return [Problem("conditions", "too-long", f"Shorten each condition to {LONGEST_CONDITION:,} characters")]
    return []
