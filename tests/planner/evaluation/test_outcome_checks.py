"""Checks of outcomes find those that stopped, are missing in an arm, are void, or fall outside every horizon."""

from dataclasses import replace

import numpy as np

from services.planner.evaluation.analysis import Trial, evaluate
from services.planner.evaluation.checks.conduct import EPOCH
from services.planner.evaluation.data.outcome_log import LeftOut, OutcomeLog, measure
from tests.planner.evaluation.given.checked import failing
from tests.planner.evaluation.given.trials import AS_OF, STARTED, counted, plan

START = (STARTED - EPOCH).days


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
