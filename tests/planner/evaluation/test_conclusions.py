"""Conclusions carry their uncertainty, and never claim too much."""

from dataclasses import replace

import numpy as np
import pytest

from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.estimates.regression import least_squares
from services.planner.evaluation.result import Effect, Evaluation
from shared.errors import Invalid
from tests.planner.evaluation.given.trials import amount_plan, clustered, counted, plan, trial, units


def only(result: Evaluation, kind: str = "assigned") -> Effect:
    [effect] = [e for e in result.effects if e.kind == kind and e.stratum is None]
    return effect


def test_a_shown_effect_is_said_with_its_size_and_interval() -> None:
    result = evaluate(trial(plan(), counted((2000, 600), (2000, 700))))
    assert result.conclusion == (
        "Arm letter against control: it raised `paid` within 30 days by about 5.0 points (35.0% against 30.0%); the "
        "true change is likely to be between +2.1 points and +7.9 points (95% interval).",
    )


def test_a_null_is_could_not_tell_and_says_which_effects_are_unlikely() -> None:
    [said] = evaluate(trial(plan(), counted((2000, 600), (2000, 610)))).conclusion
    assert "could not tell" in said
    assert "A rise above 3.3 points or a fall beyond 2.3 points is unlikely" in said
    assert "no effect" not in said


def test_an_effect_in_the_wrong_direction_is_said_to_be_that() -> None:
    [said] = evaluate(trial(plan(), counted((2000, 700), (2000, 600)))).conclusion
    assert "lowered" in said
    assert "opposite of what was wanted" in said


def test_an_effect_that_passes_alone_but_not_among_several_is_not_called_shown() -> None:
    result = evaluate(trial(plan("a", "b", "c"), counted((2000, 600), (2000, 662), (2000, 610), (2000, 600))))
    effect = next(e for e in result.effects if e.arm == "a")
    assert effect.p is not None
    assert effect.p < 0.05
    assert not effect.shown
    assert "does not pass the planned test" in result.conclusion[0]


def test_amounts_are_said_in_pounds() -> None:
    rng = np.random.default_rng(2)
    arm = np.repeat([0, 1], 2000)
    result = evaluate(trial(amount_plan(), units(arm, rng.normal(5_000, 500, 4000) + 1000 * arm)))
    assert "by about £10.43" in result.conclusion[0]


def test_cost_is_for_each_extra_response_and_open_ended_where_there_may_be_none() -> None:
    arms = [{"code": "control", "control": True}, {"code": "letter", "cost_pence": 62}]
    shown = only(evaluate(trial(plan(arms=arms), counted((2000, 600), (2000, 700)))))
    assert shown.cost is not None
    assert shown.cost.pence == pytest.approx(62 / 0.05)
    assert shown.cost.high == pytest.approx(62 / shown.low)
    unsure = only(evaluate(trial(plan(arms=arms), counted((2000, 600), (2000, 610)))))
    assert unsure.cost is not None
    assert unsure.cost.high is None


def test_the_effect_on_those_reached_is_that_of_two_stage_least_squares() -> None:
    """The instrument is the arm; the variance is White's, written out for one binary instrument."""
    data = counted((2000, 600), (2000, 700))
    data.reached[2300:2800] = False
    result = evaluate(trial(plan(complier_average=True), data))
    whole, reached = only(result), only(result, "complier")
    assert reached.estimate == pytest.approx(whole.estimate / 0.75)
    y, received, instrument = data.outcomes["paid_30"], data.reached.astype(float), data.arm - 0.5
    rest = y - reached.estimate * received
    rest = rest - np.where(data.arm == 1, rest[data.arm == 1].mean(), rest[data.arm == 0].mean())
    variance = float((instrument**2 * rest**2).sum() / (instrument @ received) ** 2)
    assert reached.standard_error**2 == pytest.approx(variance, rel=1e-3)


def test_an_adjusted_estimate_is_closer_where_the_covariate_explains_much() -> None:
    rng = np.random.default_rng(5)
    arm, x = np.repeat([0, 1], 500), rng.normal(size=1000)
    data = units(arm, 3 * x + 0.5 * arm + rng.normal(size=1000), covariates={"owed": x})
    result = evaluate(trial(amount_plan(adjust_for=["owed"]), data))
    assert only(result, "adjusted").standard_error < 0.5 * only(result).standard_error
    assert only(result, "adjusted").estimate == pytest.approx(0.5, abs=0.2)


def test_effects_by_stratum_are_tested_for_being_alike() -> None:
    arm, stratum = np.tile([0, 1], 2000), np.repeat([0, 1], 2000)
    rng = np.random.default_rng(8)
    data = units(arm, rng.random(4000) < 0.3 + 0.2 * arm * stratum, stratum=stratum, strata=("low", "high"))
    result = evaluate(trial(plan(stratified=True, by_stratum=True), data))
    assert {e.stratum for e in result.effects} == {None, "low", "high"}
    [test] = result.heterogeneity
    assert test.df == 1
    assert test.p < 0.001


def test_winsorised_amounts_are_cut_at_the_planned_quantile_of_all() -> None:
    arm = np.repeat([0, 1], 100)
    y = np.where(np.arange(200) == 150, 1e9, 100.0) + arm
    outcome = {"code": "paid", "measure": "mean", "horizons": [30], "winsorise": 0.99}
    effect = only(evaluate(trial(amount_plan(outcomes=[outcome]), units(arm, y))))
    assert effect.estimate == pytest.approx(1)


def test_later_horizons_are_reported_beside_the_primary_one() -> None:
    outcome = {"code": "paid", "horizons": [30, 90], "expected": 0.3}
    data = counted((1000, 300), (1000, 380))
    data = replace(data, outcomes={"paid_30": data.outcomes["paid_30"], "paid_90": data.outcomes["paid_30"]})
    result = evaluate(trial(plan(outcomes=[outcome]), data))
    assert [(e.horizon, e.role) for e in result.effects] == [(30, "primary"), (90, "secondary")]


def test_an_early_look_needs_the_boundary_and_not_five_percent() -> None:
    stopping = {"looks": [0.5, 1.0]}
    data = counted((1000, 300), (1000, 345))
    early, end = (evaluate(trial(plan(stopping=stopping), data), look) for look in (1, 2))
    assert only(early).p == pytest.approx(0.0308, abs=0.001)
    assert not only(early).shown  # at half the information p must be below 0.003
    assert only(end).shown
    assert [look.z for look in early.looks] == pytest.approx([2.962588, 1.968596], abs=1e-5)


def test_all_pairs_are_compared_where_that_was_planned() -> None:
    result = evaluate(trial(plan("a", "b", comparisons="all-pairs"), counted((900, 300), (900, 350), (900, 400))))
    assert [(e.arm, e.against) for e in result.effects] == [("a", "control"), ("b", "control"), ("b", "a")]


def test_dunnett_intervals_hold_together_and_are_wider_than_single_ones() -> None:
    data = clustered(seed=3, clusters=90, arms=3, effect=0.4)
    single = evaluate(trial(amount_plan("a", "b", correction="none"), data)).effects
    together = evaluate(trial(amount_plan("a", "b", correction="dunnett"), data)).effects
    for one, other in zip(single, together, strict=True):
        assert other.high - other.low > one.high - one.low
        assert other.p_corrected is not None
        assert one.p is not None
        assert other.p_corrected > one.p


def test_a_cluster_in_two_strata_has_the_error_of_the_regression_on_the_strata() -> None:
    data = clustered(seed=9, clusters=40, arms=2)
    assert data.cluster is not None
    stratum = np.arange(len(data)) % 2
    result = evaluate(trial(amount_plan(stratified=True), replace(data, stratum=stratum, strata=("a", "b"))))
    cell = data.arm * 2 + stratum
    columns = (cell[:, None] == np.arange(4)).astype(float)
    weights = np.bincount(stratum) / stratum.size
    fit = least_squares(data.outcomes["paid_30"], columns, np.concatenate([-weights, weights]), data.cluster)
    assert only(result).standard_error ** 2 == pytest.approx(fit.variance, rel=1e-9)
    assert only(result).df == pytest.approx(fit.df, rel=1e-9)


def test_dunnett_of_an_outcome_that_does_not_vary_could_not_tell() -> None:
    planned = plan("a", "b", correction="dunnett")
    nobody = evaluate(trial(planned, counted((50, 0), (50, 0), (50, 0))))
    assert [effect.p for effect in nobody.effects] == [None, None]
    some = evaluate(trial(planned, counted((50, 0), (50, 0), (50, 9))))
    assert [effect.shown for effect in some.effects] == [False, True]


def test_an_effect_on_those_reached_that_cannot_be_worked_out_is_said() -> None:
    data = counted((1000, 300), (1000, 380))
    data.sent[:1000], data.reached[:1000] = 1, True
    result = evaluate(trial(plan(complier_average=True), data))
    assert "complier" in [check.code for check in result.checks]


def test_a_look_that_was_not_planned_is_refused() -> None:
    with pytest.raises(Invalid, match="there is no look 3: the plan has 2"):
        evaluate(trial(plan(stopping={"looks": [0.5, 1.0]}), counted((100, 30), (100, 38))), 3)
