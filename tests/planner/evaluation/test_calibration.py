"""Simulated trials: false alarms, coverage and power, within Monte Carlo error (bench/calibration.py: full size)."""

from math import sqrt

import pytest

from bench.calibration import Table, calibrated
from bench.simulated import DESIGNS

TRIALS = 200


def within(rate: float, nominal: float) -> bool:
    """Whether a rate of so many trials is within four Monte Carlo errors of the nominal one."""
    return abs(rate - nominal) < 4 * sqrt(nominal * (1 - nominal) / TRIALS)


@pytest.mark.parametrize("name", sorted(DESIGNS))
def test_false_alarms_coverage_and_power_are_as_planned(name: str) -> None:
    table: Table = calibrated(DESIGNS[name], TRIALS, seed=20260907)
    assert table["false_positives"] < 0.05 + 4 * sqrt(0.05 * 0.95 / TRIALS)
    assert within(table["coverage"], 0.95)
    if table["planned_power"] is not None:
        assert table["power"] is not None
        assert within(table["power"], table["planned_power"])
