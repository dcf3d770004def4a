"""Checks stand in front of every effect, and no sentence of success is written over a failing one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from services.planner.evaluation.analysis import Trial, evaluate
from services.planner.evaluation.checks.conduct import EPOCH
from services.planner.evaluation.data.outcome_log import LeftOut, OutcomeLog, measure
from services.planner.evaluation.result import Evaluation
from services.planner.evaluation.seal import seal
from shared.errors import Invalid
from tests.planner.evaluation.given.trials import AS_OF, STARTED, clustered, counted, plan, trial, units

START = (STARTED - EPOCH).days


def failing(result: Evaluation) -> list[str]:
    return [check.code for check in result.checks if check.verdict == "fails"]


def warned(result: Evaluation) -> list[str]:
    return [check.code for check in result.checks if check.verdict == "warns"]


def evaluated(*groups: tuple[int, int], **changes: Any) -> Evaluation:
    arms = ("letter", "reminder", "call")[: len(groups) - 1]
    sealed = plan(*arms)
    return evaluate(trial(sealed, replace(counted(*groups), **changes), sealed=seal(sealed)))


def test_a_trial_that_went_as_planned_fails_no_check() -> None:
    result = evaluated((1000, 300), (1000, 380))
    assert result.stands
    assert warned(result) == []
    assert result.sealed_before


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


def test_one_control_customer_who_was_written_to_fails_the_trial() -> None:
    data = counted((1000, 300), (1000, 380))
    data.sent[5] = 1
    assert failing(evaluate(trial(plan(), data))) == ["control-untouched"]


@pytest.mark.parametrize(("wrong", "verdict"), [(5, []), (50, ["right-letter"])])
def test_wrong_letters_are_warned_of_and_many_fail_the_trial(wrong: int, verdict: list[str]) -> None:
    data = counted((1000, 300), (1000, 380), (1000, 390))
    data.sent[1000 : 1000 + wrong] = 2
    result = evaluate(trial(plan("letter", "reminder"), data))
    assert failing(result) == verdict
    assert "right-letter" in [*failing(result), *warned(result)]


def test_letters_that_reached_one_arm_less_are_warned_of() -> None:
    data = counted((1000, 300), (1000, 380), (1000, 390))
    data.reached[1000:1200] = False
    result = evaluate(trial(plan("letter", "reminder"), data))
    assert "reached" in warned(result)
    assert result.arms[1].reached == 800


def test_letters_that_reached_nobody_fail_the_trial() -> None:
    data = counted((1000, 300), (1000, 380))
    nobody = replace(data, sent=np.full(2000, -1), reached=np.zeros(2000, dtype=bool))
    assert failing(evaluate(trial(plan(), nobody))) == ["reached"]


def logged(days: list[int]) -> Trial:
    """A thousand customers in each arm, of whom the first ones paid so many days after the start."""
    data = counted((1000, 0), (1000, 0))
    rows = np.arange(len(days), dtype=np.int64) * 2 % 2000
    log = OutcomeLog(
        unit=rows,
        code=np.zeros(rows.size, dtype=np.int64),
        day=START + np.array(days),
        amount=np.full(rows.size, 100.0),
        void=np.zeros(rows.size, dtype=bool),
        codes=("paid",),
    )
    measured, left = measure(log, data, plan())
    return Trial(plan=plan(), units=measured, as_of=AS_OF, log=log, left_out=left)


def test_outcomes_that_stopped_half_way_to_the_horizon_fail_the_trial() -> None:
    steady = evaluate(logged([day for day in range(1, 31) for _ in range(20)]))
    assert "outcomes-coming" not in failing(steady)
    stopped = evaluate(logged([day for day in range(1, 15) for _ in range(20)]))
    assert "outcomes-coming" in failing(stopped)
    assert "2026-09-21" in next(c.says for c in stopped.checks if c.code == "outcomes-coming")


def test_no_outcome_at_all_fails_the_trial() -> None:
    assert "outcomes-coming" in failing(evaluate(logged([])))


def test_an_arm_without_any_outcome_while_others_have_many_fails_the_trial() -> None:
    given = logged([])
    result = evaluate(replace(given, units=replace(counted((1000, 0), (1000, 300))), log=logged([5] * 9).log))
    assert "outcomes-of-each-arm" in failing(result)
    assert "control" in next(c.says for c in result.checks if c.code == "outcomes-of-each-arm")


def test_outcomes_after_the_horizon_before_the_start_and_void_ones_are_left_out_and_said() -> None:
    given = logged([-3, 0, 30, 31, 40])
    assert given.left_out == LeftOut(void=0, early=1, late=2)
    assert int(given.units.outcomes["paid_30"].sum()) == 2
    says = next(c.says for c in evaluate(given).checks if c.code == "outcomes-left-out")
    assert "2 dated after every horizon" in says
    assert "1 dated before" in says


def test_a_void_outcome_is_not_counted() -> None:
    given = logged([5, 6])
    assert given.log is not None
    void = replace(given.log, void=np.array([True, False]))
    measured, left = measure(void, given.units, plan())
    assert (int(measured.outcomes["paid_30"].sum()), left.void) == (1, 1)


def test_a_look_before_the_horizon_counts_those_who_reached_it_and_decides_nothing() -> None:
    data = counted((1000, 300), (1000, 380))
    data.started[::2] += 20
    result = evaluate(replace(trial(plan(), data), as_of=STARTED + timedelta(days=35)))
    assert result.peek
    assert sum(result.effects[0].customers) == 1000
    assert "decides nothing" in result.conclusion[0]
    nobody = evaluate(replace(trial(plan(), data), as_of=STARTED + timedelta(days=3)))
    assert nobody.effects == ()
    assert "nothing to conclude" in nobody.conclusion[0]


def test_a_mailing_day_can_be_excluded_and_that_is_seen() -> None:
    data = counted((1000, 300), (1000, 380))
    data.started[::4] += 1
    wrong_day = STARTED + timedelta(days=1)
    result = evaluate(trial(plan(), data, excluded={wrong_day: "the letters named the wrong page"}))
    assert sum(result.effects[0].customers) == 1500
    says = next(c.says for c in result.checks if c.code == "excluded-day")
    assert "wrong page" in says
    assert "500 customers" in says


def test_a_plan_that_is_not_the_sealed_one_fails_the_trial() -> None:
    result = evaluate(trial(plan(alpha=0.1), counted((1000, 300), (1000, 380)), sealed=seal(plan())))
    assert failing(result) == ["seal"]


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


def test_an_outcome_that_never_varies_could_not_tell() -> None:
    result = evaluated((100, 0), (100, 0))
    [effect] = result.effects
    assert effect.p is None
    assert not effect.shown
    assert "could not tell" in result.conclusion[0]


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


def test_a_day_before_1970_or_far_in_the_future_does_not_break_the_checks() -> None:
    data = counted((100, 30), (100, 38))
    data.started[:] = -40_000
    assert evaluate(replace(trial(plan(), data), as_of=date(1900, 1, 1))).effects


@pytest.mark.parametrize(("late", "said"), [(2, []), (10, ["look-information"])])
def test_a_look_at_other_information_than_planned_is_warned_of(late: int, said: list[str]) -> None:
    data = counted((1000, 300), (1000, 380))
    data.started[::late] += 20
    looked = replace(trial(plan(stopping={"looks": [0.5, 1.0]}), data), as_of=STARTED + timedelta(days=35))
    assert [code for code in warned(evaluate(looked, look=1)) if code == "look-information"] == said
