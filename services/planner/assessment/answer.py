"""An answer to a question of the assessment, and whether it still holds."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from services.planner.assessment.questions import QUESTIONS, Figure
from services.planner.plan.dates import Day
from shared.errors import Invalid, NotFound, Problem
from shared.values import CampaignReference, Code, Count, Instant, OfficialText, Value

REVIEW_WITHIN = timedelta(days=366)
"""The longest time until an answer must be reviewed."""
EVIDENCE = r"^https://[\x21-\x7e]{1,500}$"
"""The form of the address of a piece of evidence."""
MOST_EVIDENCE, MOST_DEADLINES = 50, 20
Evidence = Annotated[str, StringConstraints(pattern=EVIDENCE)]
Pounds = Annotated[float, Field(ge=0, le=1e12)]


class Given(Value):
    """The content of an answer. Costs are pounds; `cost_one_to_many` and `cost_one_to_one` are per customer."""

    text: Annotated[OfficialText, Field(min_length=1)]
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=MOST_EVIDENCE)] = ()
    review_by: Day
    customers: Count | None = None
    exchequer_cost: Pounds | None = None
    cost_one_to_many: Pounds | None = None
    cost_one_to_one: Pounds | None = None
    deadlines: Annotated[tuple[Day, ...], Field(max_length=MOST_DEADLINES)] = ()


class Answer(Value):
    """An answer with its author and time. `earlier` names the campaign it was cloned from: it must be given again."""

    given: Given
    by: Code
    at: Instant
    earlier: CampaignReference | None = None


def substance(answer: Answer) -> dict[str, Any]:
    """Returns what an answer says: its text and figures. A later review date or further evidence is the same answer."""
    return answer.given.model_dump(mode="json", exclude={"review_by", "evidence"})


def check(question: str, given: Given, today: date) -> None:
    """Raises `NotFound` for a question that is not asked, `Invalid` for figures or a review date that it lacks."""
    if question not in QUESTIONS:
        raise NotFound(f"there is no such question: the questions are {', '.join(QUESTIONS)}")
    problems = [
        Problem(figure, "required", f"the answer to {question} needs this figure")
        for figure in QUESTIONS[question].needs
        if _figure(given, figure) in (None, ())
    ]
    if not today < given.review_by <= today + REVIEW_WITHIN:
        problems.append(Problem("review_by", "within-a-year", "an answer is reviewed after today and within a year"))
    if problems:
        raise Invalid(f"the answer to {question} is not complete", *problems)


def assessment_problems(answers: Mapping[str, Answer], today: date) -> list[Problem]:
    """Returns a problem for each question without an answer, and for each answer that no longer holds."""
    problems = []
    for question in QUESTIONS:
        field, answer = f"assessment.{question}", answers.get(question)
        if answer is None:
            problems.append(Problem(field, "answered", "this question is not answered"))
        elif answer.earlier is not None:
            problems.append(Problem(field, "answered-again", f"this is the answer of {answer.earlier}: give your own"))
        elif answer.given.review_by < today:
            problems.append(Problem(field, "reviewed", f"this answer was to be reviewed by {answer.given.review_by}"))
    return problems


def _figure(given: Given, figure: Figure) -> Any:
    return getattr(given, figure.value)
