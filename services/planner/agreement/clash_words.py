"""A clash and the decision about it, in words for people, and a decision as it was typed."""

from collections.abc import Mapping

from services.planner.agreement.clashes import Clash, ClashChoice, ClashDecision, holds
from shared.errors import Problem
from shared.reading.reasons import reason_problems
from shared.wording import title_of

CHOICES: Mapping[ClashChoice, str] = {
    "go-ahead": "Go ahead: both may write to these customers",
    "reschedule": "Reschedule: the dates of one of the two are changed",
    "merge": "Merge: one of the two is given up",
    "leave-out-customers": "Leave out customers whom the other one writes to",
}


def clash_facts(clash: Clash, decision: ClashDecision | None) -> dict[str, str]:
    """Returns what a decision is about, each as a line of text."""
    return {
        "Groups reached by both": ", ".join(map(title_of, clash.groups)) or "Any: one of the two names none",
        "From": f"{clash.begins.day} {clash.begins:%B %Y}",
        "Until": f"{clash.ends.day} {clash.ends:%B %Y}",
        "Decision": decision_in_words(decision, clash),
    }


def decision_in_words(decision: ClashDecision | None, clash: Clash) -> str:
    """Returns the decision about a clash as it is now; of one before, that it counts no longer."""
    if decision is None:
        return "None yet"
    said = f"{CHOICES[decision.decision]}. By {decision.by}: {decision.reason}"
    return said if holds(decision, clash) else f"None about these groups and dates. Before: {said}"


def clash_problems(choice: str, reason: str) -> list[Problem]:
    """Returns what is wrong with a decision as it was typed, each with its field."""
    found = [] if choice in CHOICES else [Problem("decision", "required", "Choose what you decide")]
    return [*found, *reason_problems(reason)]
