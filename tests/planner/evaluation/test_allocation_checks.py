"""Checks of an allocation find arms, strata and clusters of other customers than were planned."""

from dataclasses import replace

import numpy as np
import pytest

from services.planner.evaluation.analysis import evaluate
from shared.errors import Invalid
from tests.planner.evaluation.given.checked import evaluated, failing, warned
from tests.planner.evaluation.given.trials import clustered, counted, plan, trial, units


def test_a_starved_arm_is_a_sample_ratio_mismatch_and_there_is_no_success() -> None:
    result = evaluated((1000, 300), (850, 400), (1000, 400))
    assert failing(result) == ["sample-ratio"]
    assert "cannot tell" in result.conclusion[0]
    assert not any("raised" in line for line in result.conclusion)
    assert len(result.effects) == 2  # still there, behind the check


def test_a_small_starved_arm_is_found_by_the_exact_test() -> None:
    assert failing(evaluated((14, 4), (2, 1))) == []
    assert failing(evaluated((30, 4), (3, 1))) == ["sample-ratio"]


def test_unequal_shares_are_no_mismatch_where_they_were_planned_by_stratum() -> None:
    arm = np.repeat([0, 1, 0, 1], [300, 100, 200, 600])
    data = units(arm, np.arange(1200) % 3 == 0, stratum=np.repeat([0, 1], [400, 800]), strata=("north", "south"))
    shares = {"north": {"control": 3, "letter": 1}, "south": {"control": 1, "letter": 3}}
    planned = plan(stratified=True, shares_by_stratum=shares)
    assert failing(evaluate(trial(planned, data))) == []
    assert "sample-ratio" in failing(evaluate(trial(plan(), data)))


def test_strata_spread_unlike_over_the_arms_fail_the_balance() -> None:
    data = counted((1000, 300), (1000, 300))
    stratum = (np.arange(2000) % 10 < np.where(data.arm == 0, 3, 6)).astype(np.int64)
    result = evaluate(trial(plan(), replace(data, stratum=stratum, strata=("a", "b"))))
    assert failing(result) == ["balance-strata"]


@pytest.mark.parametrize("groups", [((1000, 300), (0, 0)), ((0, 0), (1000, 300))])
def test_an_arm_of_no_customers_is_refused_by_its_name(groups: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(Invalid, match="no customer is in arm"):
        evaluate(trial(plan(), counted(*groups)))


def test_a_cluster_in_two_arms_is_refused() -> None:
    data = clustered(seed=1, clusters=50, arms=2)
    data.arm[0] = 1 - data.arm[0]
    assert data.cluster is not None
    data.cluster[:2] = 0
    data.arm[1] = 1 - data.arm[0]
    with pytest.raises(Invalid, match="in two arms"):
        evaluate(trial(plan(), data))


def test_clusters_of_one_are_analysed_as_single_customers_with_a_warning() -> None:
    data = counted((500, 150), (500, 200))
    alone = evaluate(trial(plan(), replace(data, cluster=np.arange(1000))))
    assert "clusters" in warned(alone)
    assert alone.effects == evaluate(trial(plan(), data)).effects


def test_arms_of_one_customer_each_cannot_be_estimated() -> None:
    result = evaluated((1, 0), (1, 1))
    assert "estimable" in failing(result)
    assert result.effects == ()


def test_a_stratum_with_too_few_in_an_arm_is_left_out_and_said() -> None:
    arm = np.repeat([0, 1, 0, 1], [100, 100, 1, 3])
    data = units(arm, np.arange(204) % 3 == 0, stratum=np.repeat([0, 1], [200, 4]), strata=("big", "thin"))
    result = evaluate(trial(plan(stratified=True), data))
    assert "4 customers" in next(c.says for c in result.checks if c.code == "thin-strata")
    assert result.effects[0].customers == (100, 100)
