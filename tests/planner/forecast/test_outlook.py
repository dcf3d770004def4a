"""The forecast against customers who are simulated one by one."""

from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import pytest
from numpy.random import Generator
from scipy.stats import gamma, nbinom, poisson

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.outlook import Outlook, outlook
from services.planner.forecast.responses.bands import Bands, DailyCounts, gamma_of
from services.planner.forecast.responses.days import arrived_curve, curve_of, open_days, responses
from services.planner.plan.rate import Rate
from tests.planner.given.outlooks import FIRST_DAY, RATE, Runs, assumptions, matrix, simulated

Simulated: TypeAlias = tuple[Assumptions, Outlook, list[Runs]]
RUNS = 1_000
SEED = 20261129


def drawn(given: Assumptions, random: Generator) -> dict[str, float]:
    """Rates of one run: one quantile for all arms."""
    at = random.random()
    rates = {}
    for arm in given.written_to:
        assert arm.rate
        variance = ((arm.rate.high - arm.rate.low) / 3.2897) ** 2
        rates[arm.code] = float(gamma.ppf(at, arm.rate.central**2 / variance, scale=variance / arm.rate.central))
    return rates


@pytest.fixture(scope="module")
def runs() -> Simulated:
    """The forecast, and runs of the simulation with rates drawn anew for each."""
    given = assumptions()
    random = np.random.default_rng(SEED)
    return given, outlook(given), [simulated(given, drawn(given, random), random) for _ in range(RUNS)]


def test_the_mean_by_day_is_that_of_simulated_customers(runs: Simulated) -> None:
    _, expected, counts = runs
    for team, means in expected.by_team().items():
        simulated_days = matrix(counts, expected.horizon, team)
        error = simulated_days.std(axis=0) / np.sqrt(RUNS) + 1e-9
        deviations = np.abs(simulated_days.mean(axis=0) - means) / np.maximum(error, 0.05)
        assert deviations.max() < 4.5
        assert simulated_days.sum(axis=1).mean() == pytest.approx(means.sum(), rel=0.04)


def test_the_band_of_a_day_covers_what_it_claims(runs: Simulated) -> None:
    given, expected, counts = runs
    bands = Bands(expected, given.reached["customer-services"], coverage=0.9).by_day()
    simulated_days = matrix(counts, expected.horizon, "customer-services")
    low, high = np.array([band.low for band in bands]), np.array([band.high for band in bands])
    busy = expected.by_team()["customer-services"] > 20
    inside = ((simulated_days >= low) & (simulated_days <= high))[:, busy]
    assert busy.sum() >= 15
    assert inside.mean() == pytest.approx(0.9, abs=0.025)  # the rate is common to a run's days: 400 draws of it
    assert inside.mean(axis=0).min() > 0.9 - 4 * np.sqrt(0.9 * 0.1 / RUNS)


def test_the_band_of_the_peak_day_covers_what_it_claims(runs: Simulated) -> None:
    given, expected, counts = runs
    band = Bands(expected, coverage=0.9).of_peak()
    peaks = matrix(counts, expected.horizon, *given.reached).max(axis=1)
    inside = ((peaks >= band.low) & (peaks <= band.high)).mean()
    assert inside == pytest.approx(0.9, abs=4 * np.sqrt(0.9 * 0.1 / RUNS))
    assert band.high > max(each.high for each in Bands(expected, coverage=0.9).by_day()) * 0.95


def test_the_probability_of_going_over_a_limit_is_that_of_simulated_customers(runs: Simulated) -> None:
    given, expected, counts = runs
    totals = matrix(counts, expected.horizon, *given.reached)
    peak = int(np.argmax(expected.total()))
    limit = float(np.quantile(totals[:, peak], 0.8))
    probability = Bands(expected).beyond(np.full(expected.horizon, limit))[peak]
    assert probability == pytest.approx((totals[:, peak] > limit).mean(), abs=4 * np.sqrt(0.16 / RUNS))


@pytest.mark.parametrize(("noise", "unanswered"), [(0.15, 0.4), (0.15, 0.0), (0.0, 0.0)])
def test_counts_of_a_day_are_those_of_scipy_whatever_the_limit(noise: float, unanswered: float) -> None:
    given = assumptions(day_noise=noise, redial={"unanswered": unanswered, "again": 0.5})
    means, repeat = np.array([[0.0, 0.4, 12.0, 900.0]]), 0.5 * unanswered
    variance = means * (1 + repeat) / (1 - repeat) + (noise * means) ** 2
    for limits in ([0, 0, 0, 0], [-1, -1, -1, -1], [3.5, 1.5, 11.9, 899.5], [np.inf] * 4):
        at = np.array(limits)
        spread = nbinom.cdf(at, means**2 / (variance - means + 1e-300), means / np.maximum(variance, 1e-300))
        reference = np.where(variance > means, spread, poisson.cdf(at, means))
        expected = np.where(means > 0, reference, at >= 0)
        assert DailyCounts(means, given).at_most(at) == pytest.approx(expected, abs=1e-9)


def test_certain_rates_without_noise_give_poisson_bands() -> None:
    certain = RATE | {"low": 0.06, "high": 0.06}
    given = assumptions(day_noise=0, redial={}, arms=[{"code": "plain", "rate": certain}])
    expected = outlook(given)
    peak = int(np.argmax(expected.total()))
    mean = expected.total()[peak]
    band = Bands(expected).by_day()[peak]
    assert band.low == pytest.approx(mean - 1.645 * np.sqrt(mean), abs=2)
    assert band.high == pytest.approx(mean + 1.645 * np.sqrt(mean), abs=2)


def test_the_gamma_of_a_rate_has_its_mean_and_its_spread() -> None:
    shape, inverse_scale = gamma_of(Rate(**RATE))
    assert shape / inverse_scale == pytest.approx(0.06)
    assert 2 * 1.6448536 * np.sqrt(shape) / inverse_scale == pytest.approx(0.045)


@pytest.mark.parametrize(
    ("share", "days", "lost", "speed"), [(0.0, 5, 0.0, 1.0), (0.25, 5, 0.2, 1.0), (0.6, 60, 1.0, 1.7)]
)
def test_what_arrives_on_a_day_is_answered_as_the_rules_say_day_by_day(
    share: float, days: int, lost: float, speed: float
) -> None:
    given = assumptions(bump={"share": share, "days": days}, closed={"lost": lost, "days": [date(2026, 12, 24)]})
    horizon, deadline, curve = 100, (date(2027, 1, 29) - FIRST_DAY).days, curve_of(given, speed)
    expected, opened = np.zeros((horizon, horizon + 1)), open_days(given, horizon)
    for arrived in range(horizon):
        wanted = dict.fromkeys(range(horizon), 0.0)
        early = arrived < deadline
        for day, part in enumerate(curve, arrived):
            wanted[day] = wanted.get(day, 0.0) + (1 - share * early) * part
        first = max(arrived + 1, deadline - days + 1)
        for day in range(first, deadline + 1) if early else ():
            wanted[day] += share / (deadline + 1 - first)
        for day in range(horizon):
            following = next((each for each in range(day, horizon) if opened[each]), horizon)
            expected[arrived, following] += wanted[day] * (1 if opened[day] else 1 - lost)
    assert responses(given, np.eye(horizon), speed) == pytest.approx(expected[:, :horizon], abs=1e-12)


def test_no_contact_is_expected_on_a_closed_day_and_the_stated_share_is_lost() -> None:
    kept = outlook(assumptions(closed={"lost": 0}))
    lossy = outlook(assumptions(closed={"lost": 1}))
    closed = [not is_open for is_open in kept.opened]
    assert kept.total()[closed].sum() == 0
    assert kept.total().sum() == pytest.approx(22_500 * (2 / 3 * 0.06 + 1 / 3 * 0.05) / (1 - 0.15), rel=1e-6)
    assert lossy.total().sum() < kept.total().sum() * 0.85
    monday = kept.days.index(date(2026, 12, 14))
    assert kept.total()[monday] > 2 * lossy.total()[monday]


def test_a_deadline_makes_a_second_bump() -> None:
    flat = outlook(assumptions(bump={}))
    bump = outlook(assumptions())
    last_week = slice(bump.days.index(date(2027, 1, 25)), bump.days.index(date(2027, 1, 30)))
    assert bump.total()[last_week].sum() > 3 * flat.total()[last_week].sum()
    assert bump.total().sum() == pytest.approx(flat.total().sum(), rel=0.05)


def test_an_email_is_answered_from_the_same_day_and_economy_post_from_the_next_week() -> None:
    email = {"code": "warm", "channel": "email", "rate": RATE}
    economy = {"code": "slow", "channel": "print", "post": "economy", "rate": RATE}
    waves = [{"on": FIRST_DAY, "size": 1_000}]
    for arm, days in ((email, 0), (economy, 6)):
        expected = outlook(assumptions(arms=[arm], waves=waves, bump={}))
        first = next(day for day, count in zip(expected.days, expected.total(), strict=True) if count)
        assert first == FIRST_DAY + timedelta(days=days)


def test_the_default_curve_is_the_observed_series_from_the_day_of_arrival() -> None:
    curve = arrived_curve()
    assert curve.sum() == pytest.approx(1)
    assert curve[:4].sum() == pytest.approx(0.285)  # day 5 of the mailing


def test_a_curve_of_ones_own_replaces_the_default() -> None:
    arm = {"code": "warm", "channel": "email", "rate": RATE}
    expected = outlook(
        assumptions(arms=[arm], waves=[{"on": FIRST_DAY, "size": 1_000}], bump={}, redial={}, curve=[0.5, 0.5])
    )
    assert list(expected.total()[:3]) == pytest.approx([30, 30, 0])
    faster = outlook(expected.given, speed=2.0)
    assert list(faster.total()[:2]) == pytest.approx([60, 0])
