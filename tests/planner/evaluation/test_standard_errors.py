"""Standard errors and degrees of freedom against R packages and statsmodels."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.api import OLS

from services.planner.evaluation.estimates.arm_means import Floats, Integers, Layout, arm_means
from services.planner.evaluation.estimates.regression import adjusted_means, least_squares
from shared.errors import Invalid
from tests.planner.evaluation.given.trials import clustered, letter_minus_control

EACH = np.eye(3)


def ones_and(*columns: Floats) -> Floats:
    return np.column_stack([np.ones(columns[0].size), *columns])


def by_the_formula(y: Floats, x: Floats, combination: Floats, cluster: Integers) -> tuple[float, float]:
    """The variance and degrees of freedom of CR2, with whole matrices (Pustejovsky and Tipton 2018, equations 5-14)."""
    bread = np.linalg.inv(x.T @ x)
    residual_maker = np.eye(y.size) - x @ bread @ x.T
    residual = residual_maker @ y
    rows, variance = [], 0.0
    for number in np.unique(cluster):
        inside = np.flatnonzero(cluster == number)
        values, vectors = np.linalg.eigh(residual_maker[np.ix_(inside, inside)])
        roots = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0)
        weights = np.zeros(y.size)
        weights[inside] = (vectors * roots @ vectors.T) @ x[inside] @ bread @ combination
        rows.append(residual_maker @ weights)
        variance += float(weights @ residual) ** 2
    products = np.array(rows) @ np.array(rows).T
    return variance, float(np.trace(products) ** 2 / (products**2).sum())


def test_degrees_of_freedom_without_clusters_are_those_of_r_dfadjust() -> None:
    """dfadjust 1.1.0, tests/testthat/test-hc2-check.R, "HC1 and HC2 formulas match sandwich"."""
    n = np.arange(1.0, 11.0)
    found = [least_squares(n, ones_and(np.sin(n), np.sin(n + 1)), combination).df for combination in EACH]
    assert found == pytest.approx([4.94624731, 3.90754737, 4.77265484], abs=1e-8)


def test_errors_times_their_t_quantile_without_clusters_are_those_of_r_dfadjust() -> None:
    """The same file, "New implementation matches old": the column `Adj. se` of r0."""
    n = np.arange(1.0, 101.0)
    y = n**2 + np.repeat([1, 2, 3], [60, 20, 20])
    fits = [least_squares(y, ones_and(np.sin(n), n), combination) for combination in EACH]
    adjusted = [sqrt(fit.variance) * stats.t.ppf(0.975, fit.df) / stats.norm.ppf(0.975) for fit in fits]
    assert adjusted == pytest.approx([188.164883779, 109.636001038, 3.371563406], abs=1e-8)


def test_a_cluster_that_alone_determines_a_coefficient_gives_what_r_dfadjust_prints() -> None:
    """The same file, "P-values": `x 1.71 0.3501 0.3705 2.4 1 0.1362`, of a fixed effect for each cluster."""
    n = np.arange(1.0, 11.0)
    cluster = np.repeat([0, 1, 2], [6, 2, 2])
    x = np.array([1.0] * 4 + [0.0] * 5 + [1.0])
    columns = ones_and(x, cluster == 1, cluster == 2)
    fit = least_squares(np.tan(n), columns, np.array([0.0, 1, 0, 0]), cluster)
    assert round(fit.estimate, 2) == 1.71
    assert round(sqrt(fit.variance), 4) == 0.3705
    assert fit.df == pytest.approx(1, abs=1e-9)
    assert round(2 * stats.t.sf(fit.estimate / sqrt(fit.variance), fit.df), 4) == 0.1362


def test_errors_without_clusters_are_hc2_of_statsmodels() -> None:
    rng = np.random.default_rng(7)
    x, y = ones_and(rng.normal(size=80), rng.normal(size=80)), rng.normal(size=80) ** 3
    robust = OLS(y, x).fit(cov_type="HC2")
    fits = [least_squares(y, x, combination) for combination in EACH]
    assert [fit.estimate for fit in fits] == pytest.approx(robust.params, rel=1e-10)
    assert [sqrt(fit.variance) for fit in fits] == pytest.approx(robust.bse, rel=1e-10)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_regression_with_clusters_has_the_variance_and_degrees_of_freedom_of_the_formula(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cluster = np.unique(rng.integers(0, 25, 150), return_inverse=True)[1]
    x = ones_and((cluster % 2).astype(float), rng.normal(size=150), rng.normal(size=150))
    y, combination = rng.normal(size=150) + rng.normal(size=25)[cluster], rng.normal(size=4)
    fit = least_squares(y, x, combination, cluster)
    assert (fit.variance, fit.df) == pytest.approx(by_the_formula(y, x, combination, cluster), rel=1e-9)


@pytest.mark.parametrize("strata", [1, 3])
def test_arm_means_of_clusters_are_cr2_of_the_regression_on_arms_and_strata(strata: int) -> None:
    units = clustered(seed=5, clusters=48, arms=2)
    assert units.cluster is not None
    stratum = (units.cluster // 2) % strata
    layout = Layout(units.arm, stratum, units.cluster, 2, strata)
    y = units.outcomes["paid_30"]
    found = letter_minus_control(arm_means(y, layout))
    columns = (layout.cell[:, None] == np.arange(2 * strata)).astype(float)
    weights = np.bincount(stratum, minlength=strata) / stratum.size
    variance, df = by_the_formula(y, columns, np.concatenate([-weights, weights]), units.cluster)
    assert (found.standard_error**2, found.df) == pytest.approx((variance, df), rel=1e-9)


def test_arm_means_of_single_customers_are_hc2_of_the_regression_on_the_arm() -> None:
    rng = np.random.default_rng(11)
    arm = rng.permutation(np.repeat([0, 1], [30, 70]))
    y = rng.exponential(size=100) * (1 + arm)
    layout = Layout(arm, np.zeros_like(arm), None, 2, 1)
    found = letter_minus_control(arm_means(y, layout))
    robust = OLS(y, ones_and(arm.astype(float))).fit(cov_type="HC2")
    assert (found.estimate, found.standard_error) == pytest.approx((robust.params[1], robust.bse[1]), rel=1e-10)


def test_adjusted_means_are_lins_regression_with_every_interaction() -> None:
    """Lin 2013: the coefficient of the arm in a regression on arm, centred covariates and their products."""
    rng = np.random.default_rng(3)
    arm, x = rng.permutation(np.repeat([0, 1], 60)), rng.normal(size=(120, 2))
    y = x @ [1.0, -2.0] + 0.5 * arm + rng.normal(size=120)
    layout = Layout(arm, np.zeros_like(arm), None, 2, 1)
    found = letter_minus_control(adjusted_means(y, layout, x))
    centred = x - x.mean(axis=0)
    robust = OLS(y, ones_and(arm.astype(float), centred, centred * arm[:, None])).fit(cov_type="HC2")
    assert (found.estimate, found.standard_error) == pytest.approx((robust.params[1], robust.bse[1]), rel=1e-9)


def test_a_covariate_that_does_not_vary_is_refused_and_named_as_the_cause() -> None:
    arm = np.repeat([0, 1], 20)
    layout = Layout(arm, np.zeros_like(arm), None, 2, 1)
    with pytest.raises(Invalid, match="determine one another"):
        adjusted_means(np.arange(40.0), layout, np.ones((40, 1)))


def test_an_arm_with_one_cluster_in_a_stratum_has_no_standard_error_and_is_refused() -> None:
    arm, cluster = np.array([0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    with pytest.raises(Invalid, match="fewer than two"):
        arm_means(np.arange(6.0), Layout(arm, np.zeros_like(arm), cluster, 2, 1))
