"""Bad input of a forecast."""

from typing import Any

import pytest

from shared.errors import Invalid
from tests.planner.given.outlooks import FIRST_DAY, RATE, assumptions


def arms(**rate: Any) -> list[dict[str, Any]]:
    return [{"code": "plain", "rate": RATE | rate}]


TEAM = {"team": "customer-services", "contacts": 100}


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"arms": arms(high=1.2)}, "arms.0.rate.high", "share"),
        ({"arms": arms(low=0.07)}, "arms.0.rate", "ordered"),
        ({"arms": arms(source=" ")}, "arms.0.rate.source", "required"),
        ({"arms": [{"code": "plain"}]}, "arms.0.rate", "required"),
        ({"arms": [{"code": "control", "control": True}], "waves": []}, "arms", "somebody"),
        ({"arms": [*arms(), *arms()]}, "arms", "unique-codes"),
        ({"curve": [0.5, 0.4]}, "curve", "whole"),
        ({"takers": [{"reason": "other", "team": "a", "share": 0.9}]}, "takers", "whole"),
        ({"respond_by": FIRST_DAY}, "respond_by", "after-first-day"),
        ({"respond_by": None}, "respond_by", "required"),
        ({"waves": [{"on": "2026-12-07", "size": 10}]}, "waves", "not-before-first-day"),
        ({"waves": [{"on": "2026-12-09", "size": 30_000}]}, "waves", "at-most-letters"),
        ({"first_day": "2126-12-08", "waves": [], "respond_by": None, "bump": {}}, "first_day", "plausible"),
        ({"respond_by": "2206-12-08"}, "first_day", "within-horizon"),
        ({"teams": [TEAM | {"base_load": 101}]}, "teams.0.contacts", "above-base-load"),
        ({"teams": [TEAM | {"closes": "07:00"}]}, "teams.0.closes", "after-opening"),
        ({"teams": [TEAM, TEAM]}, "teams", "unique"),
    ],
)
def test_assumptions_that_cannot_be_right_name_the_field_and_the_rule(
    changed: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(Invalid) as refused:
        assumptions(**changed)
    assert (field, rule) in [(problem.field, problem.rule) for problem in refused.value.problems]


def test_the_control_arm_is_not_written_to_and_waves_are_balanced() -> None:
    given = assumptions()
    assert given.letters == 22_500
    assert given.balance == {"plain": pytest.approx(2 / 3), "warm": pytest.approx(1 / 3)}
    assert given.reached == {"customer-services": pytest.approx(0.8), "debt-management": 0.2}
    assert given.redial.attempts == pytest.approx(1 / 0.85)
