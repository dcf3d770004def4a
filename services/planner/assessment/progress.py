"""The way through the assessment: which question comes next, and what an answer says in words."""

from collections.abc import Mapping
from datetime import date

from services.planner.assessment.answer import Answer, Given, assessment_problems
from services.planner.assessment.questions import QUESTIONS, Figure
from services.planner.assessment.typed_answer import LABELS

ORDER = tuple(QUESTIONS)


def next_open(answers: Mapping[str, Answer], today: date, after: str | None = None) -> str | None:
    """Returns the first question that is open after another one, or of all; None where none is."""
    still = {problem.field.removeprefix("assessment.") for problem in assessment_problems(answers, today)}
    start = ORDER.index(after) + 1 if after else 0
    return next((code for code in (*ORDER[start:], *ORDER[:start]) if code in still), None)


def before(question: str) -> str | None:
    """Returns the question before one; None before the first."""
    place = ORDER.index(question)
    return ORDER[place - 1] if place else None


def answer_facts(answer: Answer | None) -> dict[str, str]:
    """Returns what an answer says, each part as a line of text; nothing for a question without an answer."""
    if answer is None:
        return {}
    given = answer.given
    found = {"Answer": given.text}
    found |= {LABELS[figure]: said for figure in Figure if (said := _figure(given, figure))}
    if given.evidence:
        found["Evidence"] = ", ".join(given.evidence)
    return found | {"Look at it again by": _day(given.review_by), "Given by": answer.by}


def _figure(given: Given, figure: Figure) -> str:
    if figure is Figure.DEADLINES:
        return ", ".join(_day(day) for day in given.deadlines)
    value = getattr(given, figure.value)
    if value is None:
        return ""
    return f"{value:,}" if figure is Figure.CUSTOMERS else f"£{value:,.2f}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
