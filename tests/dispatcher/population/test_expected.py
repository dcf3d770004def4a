"""A population too large for its waves is refused before it is allocated."""

import pytest

from services.dispatcher.population.expected import MOST_WAVES, expect_in_time
from shared.errors import Invalid
from tests.dispatcher.given.decisions import approved

ONE_A_DAY = [{"number": 1, "on": "2026-09-08", "size": 1}]


def test_customers_that_one_letter_a_day_would_take_for_centuries_are_refused() -> None:
    plan = approved(waves=ONE_A_DAY, respond_by=None)
    everybody = sum(arm.share for arm in plan.arms)
    treated = sum(arm.share for arm in plan.arms if not arm.control)
    expect_in_time(plan, MOST_WAVES * everybody // treated)
    with pytest.raises(Invalid) as refused:
        expect_in_time(plan, 10_000_000)
    assert [(problem.field, problem.rule) for problem in refused.value.problems] == [("waves", "too-many")]
