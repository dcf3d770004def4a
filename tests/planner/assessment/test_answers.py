"""Answers to the questions hold until they are due for review, and have the figures that their question needs."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.planner.assessment.answer import Given
from services.planner.assessment.economics import economics
from services.planner.assessment.questions import QUESTIONS
from services.planner.decisions.draft import answer
from shared.errors import Invalid, NotFound
from tests.planner.given.plans import AUTHOR, CIRCUMSTANCES, answered, by, draft, missing


def test_an_answer_past_its_review_date_must_be_given_again() -> None:
    whole = answered(draft(launch="2026-11-16", respond_by="2026-12-30"))
    on_the_day, after = datetime(2026, 10, 30, 9, tzinfo=UTC), datetime(2026, 10, 31, 9, tzinfo=UTC)
    assert missing(whole, on_the_day) == set()
    assert missing(whole, after) == {(f"assessment.{question}", "reviewed") for question in QUESTIONS}
    given = Given(text="Still so", review_by=date(2027, 1, 1))
    again = answer(whole, "risk", given, by(AUTHOR, after), CIRCUMSTANCES)
    assert ("assessment.risk", "reviewed") not in missing(again, after)
    assert again.changes[0].about == "risk"


@pytest.mark.parametrize(
    ("question", "given", "broken"),
    [
        ("customers", {}, {("customers", "required")}),
        ("cost-of-inaction", {"customers": 5}, {("exchequer_cost", "required")}),
        ("resource", {"cost_one_to_one": 3}, {("cost_one_to_many", "required")}),
        ("timing", {"deadlines": []}, {("deadlines", "required")}),
        ("risk", {"review_by": "2026-08-10"}, {("review_by", "within-a-year")}),
        ("risk", {"review_by": "2028-08-10"}, {("review_by", "within-a-year")}),
    ],
)
def test_an_answer_without_its_figure_or_with_no_review_is_refused(
    question: str, given: dict[str, Any], broken: set[tuple[str, str]]
) -> None:
    whole = {"text": "So", "review_by": "2026-12-01"} | given
    with pytest.raises(Invalid) as refused:
        answer(draft(), question, Given.model_validate(whole), by(AUTHOR), CIRCUMSTANCES)
    assert {(problem.field, problem.rule) for problem in refused.value.problems} == broken
    with pytest.raises(NotFound):
        answer(draft(), "weather", Given.model_validate(whole), by(AUTHOR), CIRCUMSTANCES)


def test_the_break_even_response_rate_is_the_ratio_of_the_costs() -> None:
    found = economics(answered(draft()).answers)
    assert found is not None
    assert found.break_even_response_rate == pytest.approx(1.4 / 95)
    assert economics({}) is None
