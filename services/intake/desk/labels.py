"""Labels of the desk's choices, in the order in which they are shown and in which digits choose them."""

from services.intake.disclosures.disclosure import Kind
from services.intake.vocabulary import Outcome, Reason

REASONS: dict[Reason, str] = {
    "help-to-act": "Help to do what the letter asks",
    "change-to-return": "Change to a return",
    "why-me": "Why did I get this?",
    "cannot-pay": "Cannot pay",
    "extra-support": "Needs extra support",
    "not-theirs": "The letter is not for them",
    "complaint": "Complaint",
    "other": "Something else",
}
OUTCOMES: dict[Outcome, str] = {
    "answered": "Answered",
    "call-back": "We call back",
    "referred": "Passed on",
    "unresolved": "Not resolved",
}
KINDS: dict[Kind, str] = {
    "unprompted-correction": "They correct something",
    "extra-facts": "They tell us more",
    "disclosure": "They disclose something new",
}
TEAMS = {
    "complaints": "complaints",
    "compliance": "compliance",
    "debt-management": "debt management",
    "disclosure-team": "disclosure team",
    "extra-support": "extra support",
    "press-office": "press office",
}
"""The teams that there are for every campaign; others are called by their codes."""
