"""Intervals, corrections and boundaries against published tables and R packages."""

from itertools import pairwise
from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from services.planner.evaluation.analysis_plan import Correction, StoppingRule
from services.planner.evaluation.estimates.boundaries import boundaries, crossing, inflation
from services.planner.evaluation.estimates.corrections import corrected, dunnett_critical, dunnett_p
from services.planner.evaluation.estimates.differences import Difference, newcombe, stars

NOTHING = Difference(0.0, 0.0, 1.0, None, 0.0, 0.0)
NEWCOMBE = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
    ((10, 10), (0, 10), 0.6075, 1.0000),
]
"""Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10."""
GSDESIGN = [
    ("obrien-fleming", 3, 0.025, [3.710303, 2.511427, 1.993048], 1.012795),
    ("pocock", 3, 0.025, [2.279428, 2.294910, 2.295939], 1.170419),
    ("pocock", 5, 0.025, [2.437977, 2.426814, 2.410194, 2.396649, 2.386000], 1.212613),
    ("obrien-fleming", 4, 0.025, [4.332634, 2.963131, 2.359044, 2.014090], 1.019637),
    ("obrien-fleming", 3, 0.05, [3.200102, 2.140815, 1.694812], 1.020305),
]
"""gsDesign(k, test.type = 1, alpha, beta = 0.2, sfu = sfLDOF or sfLDPocock, n.fix = 1): upper bounds, largest n.I."""


@pytest.mark.parametrize(("arm", "against", "low", "high"), NEWCOMBE)
def test_the_interval_of_two_proportions_is_that_of_newcombes_table(
    arm: tuple[int, int], against: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(NOTHING, (arm[0], against[0]), (arm[1], against[1]), 0.05)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("spending", "looks", "alpha", "bounds", "larger"), GSDESIGN)
def test_boundaries_and_inflation_are_those_of_r_gsdesign(
    spending: str, looks: int, alpha: float, bounds: list[float], larger: float
) -> None:
    rule = StoppingRule.model_validate({"spending": spending, "looks": [(k + 1) / looks for k in range(looks)]})
    assert [look.z for look in boundaries(rule, 2 * alpha)] == pytest.approx(bounds, abs=1.5e-6)
    assert inflation(rule, 2 * alpha, 0.8) == pytest.approx(larger, abs=1e-6)


def test_boundaries_spend_all_of_alpha_and_no_more() -> None:
    found = boundaries(StoppingRule(looks=(0.3, 0.55, 1.0)), 0.05)
    assert found[-1].spent == pytest.approx(0.05, abs=1e-12)
    assert crossing(found, 0.0) == pytest.approx(0.025, abs=1e-9)
    assert all(a.z > b.z for a, b in pairwise(found))


@pytest.mark.parametrize("looks", [(0.001, 1.0), (0.01, 0.03, 1.0)])
def test_a_look_so_early_that_next_to_nothing_may_be_spent_stops_nobody(looks: tuple[float, ...]) -> None:
    found = boundaries(StoppingRule(looks=looks), 0.05)
    assert all(a.z >= b.z for a, b in pairwise(found))
    assert found[-1].spent == pytest.approx(0.05, abs=1e-12)
    assert inflation(StoppingRule(looks=looks), 0.05, 0.8) == pytest.approx(1, abs=0.02)


def test_one_look_at_the_end_is_the_ordinary_test() -> None:
    [only] = boundaries(StoppingRule(looks=(1.0,)), 0.05)
    assert only.z == pytest.approx(stats.norm.isf(0.025), abs=1e-9)


@pytest.mark.parametrize(("arms", "df", "printed"), [(2, 20, 2.38), (3, 20, 2.54), (2, inf, 2.21), (3, inf, 2.35)])
def test_critical_values_of_dunnett_are_those_of_his_table(arms: int, df: float, printed: float) -> None:
    """Dunnett 1964, Biometrics 20:482-491, two-sided 5%, arms of one size."""
    assert round(dunnett_critical(0.05, [sqrt(0.5)] * arms, df), 2) == printed


def test_dunnetts_p_value_is_that_of_the_multivariate_t() -> None:
    loads = [0.4, 0.6, 0.8]
    correlation = np.outer(loads, loads)
    np.fill_diagonal(correlation, 1)
    inside = stats.multivariate_t.cdf(
        [2.1] * 3, shape=correlation, df=12, lower_limit=[-2.1] * 3, maxpts=500_000, random_state=1
    )
    assert dunnett_p(2.1, loads, 12) == pytest.approx(1 - inside, abs=5e-5)


def test_dunnetts_p_value_is_that_of_scipys_test_on_samples_of_equal_variance() -> None:
    rng = np.random.default_rng(4)
    control, one, two = (rng.normal(shift, size=400) for shift in (0, 0.1, 0.2))
    expected = stats.dunnett(one, two, control=control, rng=np.random.default_rng(1))
    assert dunnett_p(float(abs(expected.statistic[1])), [sqrt(0.5)] * 2, 1197) == pytest.approx(
        expected.pvalue[1], abs=1e-4
    )


@pytest.mark.parametrize(("correction", "method"), [("holm", "holm"), ("benjamini-hochberg", "fdr_bh")])
def test_corrected_p_values_are_those_of_statsmodels(correction: Correction, method: str) -> None:
    p = np.random.default_rng(6).random(9) ** 3
    assert corrected(list(p), correction) == pytest.approx(multipletests(p, method=method)[1], rel=1e-12)


def test_holm_and_benjamini_hochberg_correct_what_can_be_tested() -> None:
    p: list[float | None] = [0.01, 0.04, None, 0.03]
    assert corrected(p, "holm") == pytest.approx([0.03, 0.06, None, 0.06])
    assert corrected(p, "benjamini-hochberg") == pytest.approx([0.03, 0.04, None, 0.04])
    assert corrected(p, "none") == p


def test_stars_are_those_of_printed_tables() -> None:
    assert [stars(p) for p in (0.005, 0.03, 0.07, 0.2, None)] == ["***", "**", "*", "ns", "ns"]
