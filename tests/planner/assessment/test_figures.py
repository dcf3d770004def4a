"""Figures of the assessment agree with the plan."""

from datetime import date

import pytest

from services.planner.assessment.answer import Given
from services.planner.campaign import Campaign
from services.planner.decisions.draft import answer
from tests.planner.given.plans import AUTHOR, CIRCUMSTANCES, answered, by, draft, missing


def with_figure(question: str, **figures: object) -> Campaign:
    whole = answered(draft())
    given = Given.model_validate(whole.answers[question].given.model_dump() | figures)
    return answer(whole, question, given, by(AUTHOR), CIRCUMSTANCES)


@pytest.mark.parametrize(("customers", "agrees"), [(5, False), (22_499, False), (22_500, True), (27_501, False)])
def test_a_number_of_customers_that_the_plan_contradicts_is_refused(customers: int, agrees: bool) -> None:
    found = missing(with_figure("customers", customers=customers))
    assert found == (set() if agrees else {("assessment.customers", "agrees")})


def test_a_deadline_before_the_launch_is_refused() -> None:
    late = with_figure("timing", deadlines=[date(2026, 9, 6), date(2026, 10, 1)])
    assert missing(late) == {("assessment.timing", "agrees")}
    assert missing(with_figure("timing", deadlines=[date(2026, 9, 7)])) == set()
