"""Sample sizes and detectable effects against statsmodels, and in plain words."""

from typing import Any

import pytest
from pydantic import ValidationError
from statsmodels.stats.power import TTestIndPower, normal_sample_size_one_tail

from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.design import design, design_effect
from services.planner.evaluation.report.design_words import design_words, too_small
from shared.errors import Invalid
from tests.planner.evaluation.given.trials import amount_plan, plan


def test_amounts_need_as_many_as_statsmodels_says_with_unequal_arms_too() -> None:
    arms = [{"code": "control", "control": True}, {"code": "letter", "share": 2}]
    found = design(amount_plan(arms=arms, smallest_effect=40, customers=300))
    assert found.needed == pytest.approx(3 * TTestIndPower().solve_power(0.4, None, 0.05, 0.8, 2), abs=1)
    assert found.power == pytest.approx(TTestIndPower().power(0.4, 100, 0.05, 2), abs=1e-9)


def test_proportions_need_as_many_as_the_normal_approximation_of_statsmodels_says() -> None:
    spread = (0.3 * 0.7 + 0.33 * 0.67) ** 0.5
    each = normal_sample_size_one_tail(0.03, 0.8, 0.025, spread, spread)
    assert design(plan()).needed == pytest.approx(2 * each, abs=1)


def test_the_detectable_effect_is_the_smallest_that_has_the_planned_power() -> None:
    found = design(plan(customers=8_000))
    assert found.detectable is not None
    again = design(plan(smallest_effect=found.detectable))
    assert again.needed == pytest.approx(8_000, abs=2)


def test_clusters_need_as_many_times_more_as_the_design_effect_says() -> None:
    clusters = {"mean_size": 2.5, "icc": 0.1, "size_cv": 0.8}
    assert design_effect(2.5, 0.1, 0.8) == pytest.approx(1 + ((1 + 0.64) * 2.5 - 1) * 0.1)
    alone, together = design(plan()).needed, design(plan(clusters=clusters)).needed
    assert alone is not None
    assert together == pytest.approx(alone * 1.31, rel=0.001)


def test_few_clusters_cost_more_than_the_normal_approximation_allows() -> None:
    few = {"mean_size": 500, "icc": 0.05}
    found = design(plan(clusters=few, customers=10_000))
    assert found.needed is not None
    assert found.needed > 25.95 * 500


@pytest.mark.parametrize(
    ("correction", "each"), [("none", 0.05), ("holm", 0.05 / 3), ("benjamini-hochberg", 0.05 / 3), ("dunnett", 0.01875)]
)
def test_several_comparisons_share_the_allowed_error(correction: str, each: float) -> None:
    found = design(plan("a", "b", "c", correction=correction))
    assert found.comparisons == 3
    assert found.alpha_each == pytest.approx(each, abs=1e-4)


def test_looks_before_the_end_need_more_customers_by_their_inflation() -> None:
    once, often = (
        design(plan()).needed,
        design(plan(stopping={"spending": "pocock", "looks": [1 / 3, 2 / 3, 1]})).needed,
    )
    assert once is not None
    assert often == pytest.approx(once * 1.170419, rel=1e-4)


def test_a_design_is_said_in_plain_words() -> None:
    shares = [{"code": "control", "control": True}, {"code": "letter", "share": 2}]
    enough = plan(arms=shares, customers=36_000, smallest_effect=0.015)
    said = " ".join(design_words(enough, design(enough)))
    assert "24,000 letters (36,000 customers with those in control) can show a change of 1.4 points: enough" in said


def test_a_population_too_small_for_its_claim_is_told_what_it_could_show() -> None:
    [problem] = too_small(plan(customers=1_000))
    assert problem.field == "customers"
    assert "to show a change of 3.0 points, 7,520 customers are needed" in problem.message
    assert "1,000 could show changes of 8.4 points or more" in problem.message
    assert too_small(plan(customers=7_520)) == []


def test_no_number_of_customers_is_enough_with_so_few_possible_clusters() -> None:
    assert design(plan(customers=4, smallest_effect=0.1)).detectable is None
    assert "cannot show any change" in " ".join(design_words(plan(customers=4), design(plan(customers=4))))


def refused(**changes: Any) -> set[str]:
    try:
        TrialPlan.model_validate(plan().model_dump() | changes)
    except Invalid as error:
        return {problem.field for problem in error.problems}
    return set()


def test_plans_that_do_not_hang_together_are_refused_at_the_field() -> None:
    assert refused(arms=[{"code": "control", "control": True}]) == {"arms"}
    assert refused(arms=[{"code": "a"}, {"code": "b"}]) == {"arms"}
    assert refused(arms=[{"code": "a", "control": True}, {"code": "a"}]) == {"arms"}
    assert refused(primary={"outcome": "paid", "horizon": 31}) == {"primary"}
    assert refused(comparisons="all-pairs", correction="dunnett") == {"correction"}
    assert refused(stopping={"looks": [0.5, 0.4, 1]}) == {"stopping.looks"}
    assert refused(stopping={"looks": [0.5, 0.51, 1]}) == {"stopping.looks"}
    assert refused(customers=1) == {"customers"}
    assert refused(arms=[{"code": "a", "control": True}, {"code": "b", "control": True}]) == {"arms"}
    assert refused(shares_by_stratum={"north": {"control": 1, "letter": 2}}) == {"shares_by_stratum"}


def test_shares_of_arms_that_are_none_are_refused() -> None:
    assert refused(stratified=True, shares_by_stratum={"north": {"post": 1}}) == {"shares_by_stratum.north"}
    assert refused(stratified=True, shares_by_stratum={"north": {}}) == {"shares_by_stratum.north"}


def test_a_share_written_as_a_percentage_is_refused() -> None:
    outcome = {"code": "paid", "horizons": [30], "expected": 30.5}
    assert refused(outcomes=[outcome]) == {"outcomes.0.expected"}


def test_clusters_without_their_correlation_are_refused() -> None:
    with pytest.raises(ValidationError, match="icc"):
        plan(clusters={"mean_size": 2.5})


def test_a_sample_size_without_the_expected_level_is_refused_with_what_to_say() -> None:
    with pytest.raises(Invalid) as missing:
        design(plan(outcomes=[{"code": "paid", "horizons": [30]}]))
    assert [problem.field for problem in missing.value.problems] == ["outcomes.0.expected"]
    with pytest.raises(Invalid) as too_far:
        design(plan(smallest_effect=0.8))
    assert [problem.field for problem in too_far.value.problems] == ["smallest_effect"]
