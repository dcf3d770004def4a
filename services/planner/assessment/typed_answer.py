"""An answer as it was typed: what is wrong with it, each with its field, and what it says where nothing is."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from services.planner.assessment.answer import EVIDENCE, MOST_DEADLINES, MOST_EVIDENCE, REVIEW_WITHIN, Given
from services.planner.assessment.questions import Figure, Question
from services.planner.plan.dates import EARLIEST, LATEST
from shared.errors import Problem
from shared.reading.dates import read_day
from shared.reading.numbers import read_pounds, read_whole
from shared.values import LONGEST_TEXT, MOST_COUNTED

MOST_POUNDS = 1e12
LABELS = {
    Figure.CUSTOMERS: "Customers",
    Figure.EXCHEQUER_COST: "Cost to the Exchequer, in pounds",
    Figure.COST_ONE_TO_MANY: "Cost of writing to one customer, in pounds",
    Figure.COST_ONE_TO_ONE: "Cost of asking one customer by a check, in pounds",
    Figure.DEADLINES: "Days by which customers must be told",
}


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """Answer as typed into a form. `review_by` is a day as 2026-09-10; `deadlines` and `evidence` are lines."""

    text: str
    review_by: str
    evidence: Sequence[str]
    deadlines: Sequence[str]
    figures: Mapping[Figure, str]

    def given(self, question: Question, before: Given | None, today: date) -> tuple[Given | None, list[Problem]]:
        """Returns the answer, or all that is wrong. Figures that the question does not ask for stay as they were."""
        read: dict[str, Any] = {"text": self.text, "evidence": tuple(self.evidence)}
        problems = [*_text_problems(self.text), *_evidence_problems(self.evidence)]
        for field, reader in self._readers(question, today).items():
            try:
                read[field] = reader()
            except ValueError as error:
                problems.append(Problem(field, "unreadable", str(error)))
        if problems:
            return None, problems
        kept = (
            {each.value: getattr(before, each.value) for each in Figure if each not in question.needs} if before else {}
        )
        return Given.model_validate(kept | read), []

    def _readers(self, question: Question, today: date) -> dict[str, Callable[[], Any]]:
        readers: dict[str, Callable[[], Any]] = {}
        for figure in question.needs:
            if figure is Figure.DEADLINES:
                readers[figure.value] = lambda: _deadlines(self.deadlines)
            elif figure is Figure.CUSTOMERS:
                readers[figure.value] = lambda: _customers(self.figures.get(Figure.CUSTOMERS, ""))
            else:
                readers[figure.value] = partial(_pounds, figure, self.figures.get(figure, ""))
        return readers | {"review_by": lambda: _review_by(self.review_by, today)}


def _text_problems(text: str) -> list[Problem]:
    if not text:
        return [Problem("text", "required", "Enter your answer")]
    if len(text) > LONGEST_TEXT:
        return [Problem("text", "too-long", f"Shorten your answer to {LONGEST_TEXT:,} characters")]
    return []


def _evidence_problems(evidence: Sequence[str]) -> list[Problem]:
    if len(evidence) > MOST_EVIDENCE:
        return [Problem("evidence", "too-many", f"Enter at most {MOST_EVIDENCE} addresses of evidence")]
    if not all(re.fullmatch(EVIDENCE, address) for address in evidence):
        told = "Enter each address of evidence on a line of its own, beginning with https:// and without blanks"
        return [Problem("evidence", "address", told)]
    return []


def _review_by(text: str, today: date) -> date:
    if not text:
        raise ValueError("Enter the day by which this answer is looked at again")
    try:
        day = read_day(text, EARLIEST, LATEST)
    except ValueError:
        raise ValueError("Enter a day that there is, such as 27 3 2027") from None
    if not today < day <= today + REVIEW_WITHIN:
        raise ValueError("Enter a day after today and within a year")
    return day


def _deadlines(lines: Sequence[str]) -> tuple[date, ...]:
    if not 0 < len(lines) <= MOST_DEADLINES:
        raise ValueError(f"Enter from 1 to {MOST_DEADLINES} days, each on a line of its own")
    try:
        return tuple(read_day(line, EARLIEST, LATEST) for line in lines)
    except ValueError:
        raise ValueError("Enter each day on a line of its own, as 2026-09-10") from None


def _customers(text: str) -> int:
    if not text:
        raise ValueError("Enter the number of customers")
    number = read_whole_as("number of customers", text)
    if number > MOST_COUNTED:
        raise ValueError(f"Enter a number of customers up to {MOST_COUNTED:,}")
    return number


def read_whole_as(name: str, text: str) -> int:
    """Returns a whole number. Raises `ValueError` that names what it was to be."""
    try:
        return read_whole(text)
    except ValueError:
        raise ValueError(f"Enter the {name} in digits, such as 25,000") from None


def _pounds(figure: Figure, text: str) -> float:
    name = LABELS[figure].partition(",")[0].lower()
    try:
        amount = read_pounds(text) if text else None
    except ValueError:
        raise ValueError(f"Enter the {name} in digits, such as 1,250.50") from None
    if amount is None:
        raise ValueError(f"Enter the {name}")
    if amount > MOST_POUNDS:
        raise ValueError(f"Check the {name}: it is more than a million million pounds")
    return amount
