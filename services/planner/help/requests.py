"""A request for help: what is asked of which team, and what the team answers."""

from typing import Annotated

from pydantic import Field

from shared.values import Code, Instant, Number, OfficialText, Value

HELPERS = ("design-community", "communications", "analysts", "press-office", "customer-services", "debt-management")
"""The teams that may be asked: those with people in the design community."""
MOST_REQUESTS = 50
Words = Annotated[OfficialText, Field(min_length=1, max_length=5_000)]


class HelpWanted(Value):
    """A question to a team."""

    team: Code
    question: Words


class HelpGiven(Value):
    answer: Words


class HelpRequest(Value):
    """A request and its answer. The `team` owns it until `answer` is there."""

    number: Number
    team: Code
    question: Words
    asked_by: Code
    asked_at: Instant
    answer: Words | None = None
    answered_by: Code | None = None
    answered_at: Instant | None = None
