"""Checks stand in front of every effect, and no sentence of success is written over a failing one."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.seal import seal
from tests.planner.evaluation.given.checked import evaluated, failing, warned
from tests.planner.evaluation.given.trials import STARTED, counted, plan, trial


def test_a_trial_that_went_as_planned_fails_no_check() -> None:
    result = evaluated((1000, 300), (1000, 380))
    assert result.stands
    assert warned(result) == []
    assert result.sealed_before


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


def test_an_outcome_that_never_varies_could_not_tell() -> None:
    result = evaluated((100, 0), (100, 0))
    [effect] = result.effects
    assert effect.p is None
    assert not effect.shown
    assert "could not tell" in result.conclusion[0]


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
