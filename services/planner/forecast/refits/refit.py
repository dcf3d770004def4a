"""The re-fit: contact rate and speed of the answers, from the contacts that have arrived so far.

Given the response curve, contacts are Poisson with the mean rate times exposure, and the Gamma prior of the rate is
conjugate: shape and inverse scale grow by contacts and exposure (A. Gelman et al. (2013), Bayesian Data Analysis, 3rd
edition, section 2.6). Days are over-dispersed: a day counts by 1 / (1 + day_noise**2 * mean), the weight of quasi-
likelihood (P. McCullagh and J. A. Nelder (1989), Generalized Linear Models, chapter 9), so that the variance of the
posterior is that of noisy days. The speed of the curve is found by its likelihood with the rates integrated out; its
support are the speeds within 1.92 of the highest log-likelihood (S. S. Wilks (1938), Annals of Mathematical Statistics
9: 60-62), and the posterior of a rate is the mixture over the speeds, so that it knows how little early days tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import scipy  # its parts load when they are first used: they take a second

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.outlook import outlook
from services.planner.forecast.responses.bands import gamma_of
from services.planner.forecast.responses.days import Matrix, open_days
from services.planner.plan.rate import Rate
from services.planner.plan.wave_size import WaveSize
from shared.values import Code, Count, Value

SPEEDS = tuple(round(0.5 * 1.06**step, 3) for step in range(25))
"""Speeds that are looked at, from half to twice the assumed one, each six per cent above the one before."""
SUPPORT = 1.92
"""Half the 95% point of the chi-squared distribution with one degree of freedom."""
LOW, HIGH = 0.05, 0.95
SAME_RATE = 1e-12
"""The difference below which the speeds agree on a quantile of the rate."""


class Observed(Value):
    """Contacts of one arm on one day."""

    on: date
    arm: Code
    contacts: Count


class FittedRate(Value):
    """The rate of an arm: `low` and `high` are the 5% and 95% points of what is known now, `central` its mean.

    `contacts` are those heard of so far, `expected` those that were expected by then.
    """

    low: float
    central: float
    high: float
    contacts: Count
    expected: float


class Fit(Value):
    """The fit to the contacts until `as_of`. `speed` is the likeliest, from `speed_low` to `speed_high`; `to_come` are
    the contacts after letters that are out already: low, central, high."""

    as_of: date
    rates: dict[Code, FittedRate]
    speed: float
    speed_low: float
    speed_high: float
    to_come: tuple[float, float, float]


@dataclass(frozen=True)
class _Days:
    """By arm: contacts by day, and exposure by speed and day; the weight of each day, and where the future begins."""

    contacts: Mapping[str, Matrix]
    exposure: Mapping[str, Matrix]
    weights: Matrix
    until: int


def refit(given: Assumptions, issued: Sequence[WaveSize], observed: Sequence[Observed], as_of: date) -> Fit:
    """The fit after the waves `issued` and the contacts `observed` until the end of `as_of`."""
    days = _days(given, issued, observed, as_of)
    posteriors = {arm: _posterior(given.rate(arm), days, arm) for arm in days.contacts}
    likelihood = np.sum([_log_likelihood(days, arm, posteriors[arm]) for arm in days.contacts], axis=0)
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    supported = [speed for speed, each in zip(SPEEDS, likelihood, strict=True) if each >= likelihood.max() - SUPPORT]
    rates = {arm: _fitted(given.rate(arm), posteriors[arm], weights, days, arm) for arm in posteriors}
    return Fit(
        as_of=as_of,
        rates=rates,
        speed=SPEEDS[int(np.argmax(likelihood))],
        speed_low=min(supported),
        speed_high=max(supported),
        to_come=_to_come(rates, weights, days),
    )


def suggested(given: Assumptions, fit: Fit) -> Assumptions:
    """The assumptions with the fitted rates, for a person to accept."""
    arms = []
    for arm in given.arms:
        known = fit.rates.get(arm.code)
        if known is not None:
            source = f"{known.contacts} contacts until {fit.as_of.isoformat()}"
            rate = Rate(low=known.low, central=known.central, high=min(1.0, known.high), source=source)
            arm = arm.model_copy(update={"rate": rate})
        arms.append(arm)
    return given.model_copy(update={"arms": tuple(arms)})


def letters_instead(given: Assumptions, fit: Fit, wave: WaveSize) -> tuple[int, int, int]:
    """For a wave to come: the contacts it was planned to bring, those it would bring now, and the communications that
    would bring what was planned."""
    planned, now = (float(outlook(each, [wave]).total().sum()) for each in (given, suggested(given, fit)))
    return round(planned), round(now), min(wave.size, int(wave.size * planned / now)) if now else wave.size


def _days(given: Assumptions, issued: Sequence[WaveSize], observed: Sequence[Observed], as_of: date) -> _Days:
    exposures = [outlook(given, issued, speed).exposure for speed in SPEEDS]
    horizon = max(len(days) for each in exposures for days in each.values())
    answered = 1 - given.redial.unanswered
    exposure = {
        arm: answered * np.array([np.pad(each[arm], (0, horizon - len(each[arm]))) for each in exposures])
        for arm in exposures[0]
    }
    until = min(horizon, max(0, (as_of - given.first_day).days + 1))
    contacts = _by_day(given, observed, horizon, until)
    assumed = SPEEDS.index(min(SPEEDS, key=lambda speed: abs(speed - 1)))
    mean = sum(given.rate(arm).central * exposure[arm][assumed] for arm in exposure)
    scale = sum(c[:until].sum() for c in contacts.values()) / max(1e-9, float(np.sum(mean[:until])))
    weights = 1 / (1 + given.day_noise**2 * mean * scale)
    return _Days(contacts, exposure, np.asarray(weights), until)


def _by_day(given: Assumptions, observed: Sequence[Observed], horizon: int, until: int) -> dict[str, Matrix]:
    """Contacts of a closed day count for the next open one, as they are expected there; beyond `until` for nothing."""
    opened = open_days(given, horizon)
    contacts = {arm.code: np.zeros(horizon) for arm in given.written_to}
    for each in observed:
        day = (each.on - given.first_day) // timedelta(days=1)
        while 0 <= day < horizon and not opened[day]:
            day += 1
        if each.arm in contacts and 0 <= day < until:
            contacts[each.arm][day] += each.contacts
    return contacts


def _posterior(prior: Rate, days: _Days, arm: str) -> tuple[float, Matrix]:
    """The shape, and the inverse scale by speed."""
    shape, inverse_scale = gamma_of(prior)
    weights = days.weights[: days.until]
    contacts = float(weights @ days.contacts[arm][: days.until])
    return shape + contacts, inverse_scale + days.exposure[arm][:, : days.until] @ weights


def _log_likelihood(days: _Days, arm: str, posterior: tuple[float, Matrix]) -> Matrix:
    """By speed, the rate integrated out, up to a constant. A rate that is certain leaves the Poisson likelihood."""
    exposure, contacts = days.exposure[arm][:, : days.until], days.contacts[arm][: days.until]
    weights = days.weights[: days.until]
    told = np.log(np.maximum(exposure, 1e-12)) @ (weights * contacts)
    shape, inverse_scale = posterior
    if np.isinf(shape):
        return np.asarray(told - exposure @ weights)
    return np.asarray(told + scipy.special.gammaln(shape) - shape * np.log(inverse_scale))


def _fitted(prior: Rate, posterior: tuple[float, Matrix], weights: Matrix, days: _Days, arm: str) -> FittedRate:
    contacts = int(days.contacts[arm].sum())
    expected = round(float(prior.central * (weights @ days.exposure[arm][:, : days.until].sum(axis=1))), 1)
    shape, inverse_scale = posterior
    if np.isinf(shape):
        low = central = high = prior.central
    else:
        central = float(weights @ (shape / inverse_scale))
        low, high = (_quantile(p, shape, inverse_scale, weights) for p in (LOW, HIGH))
    return FittedRate(
        low=min(low, central), central=central, high=max(high, central), contacts=contacts, expected=expected
    )


def _quantile(p: float, shape: float, inverse_scale: Matrix, weights: Matrix) -> float:
    each = scipy.stats.gamma.ppf(p, shape, scale=1 / inverse_scale)
    if np.ptp(each) < SAME_RATE:
        return float(each[0])
    return float(
        scipy.optimize.brentq(
            lambda x: weights @ scipy.stats.gamma.cdf(x, shape, scale=1 / inverse_scale) - p, each.min(), each.max()
        )
    )


def _to_come(rates: Mapping[str, FittedRate], weights: Matrix, days: _Days) -> tuple[float, float, float]:
    left = {arm: float(weights @ days.exposure[arm][:, days.until :].sum(axis=1)) for arm in rates}
    low, central, high = (
        round(sum(getattr(rate, level) * left[arm] for arm, rate in rates.items()), 1)
        for level in ("low", "central", "high")
    )
    return low, central, high
