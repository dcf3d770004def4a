"""The re-fit against simulated campaigns whose rate and speed are known."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import gamma

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.outlook import outlook
from services.planner.forecast.refits.refit import Fit, Observed, letters_instead, refit, suggested
from services.planner.forecast.responses.bands import gamma_of
from services.planner.plan.rate import Rate
from tests.planner.given.outlooks import RATE, Runs, assumptions, simulated

ARM = [{"code": "plain", "channel": "print", "post": "second", "rate": RATE}]


def one_arm(**changed: object) -> Assumptions:
    wave = {"on": date(2026, 12, 8), "size": 20_000}
    return assumptions(**({"arms": ARM, "waves": [wave], "redial": {}, "closed": {"lost": 0.2}} | changed))


def observed(given: Assumptions, run: Runs, until: date) -> list[Observed]:
    days = range((until - given.first_day).days + 1)
    contacts = [int(sum(team[day] for team in run.values())) for day in days]
    return [Observed(on=given.first_day + timedelta(days=day), arm="plain", contacts=contacts[day]) for day in days]


def fitted(given: Assumptions, rate: float, until: date, seeds: Sequence[int]) -> list[Fit]:
    runs = [simulated(given, {"plain": rate}, np.random.default_rng(seed)) for seed in seeds]
    return [refit(given, given.waves, observed(given, run, until), until) for run in runs]


def test_without_a_contact_yet_due_the_rate_is_what_was_assumed() -> None:
    given = one_arm()
    fit = refit(given, given.waves, [], given.first_day)
    rate = fit.rates["plain"]
    shape, inverse_scale = gamma_of(Rate(**RATE))
    assert rate.central == pytest.approx(0.06)
    assert rate.low == pytest.approx(gamma.ppf(0.05, shape, scale=1 / inverse_scale))
    assert fit.to_come[1] == pytest.approx(outlook(given).total().sum(), rel=0.02)


def test_a_rate_twice_the_forecast_is_found_early() -> None:
    for fit in fitted(one_arm(), 0.12, date(2026, 12, 22), range(5)):
        assert fit.rates["plain"].low > 0.06
    for fit in fitted(one_arm(), 0.12, date(2027, 1, 11), range(5)):
        assert fit.rates["plain"].central == pytest.approx(0.12, rel=0.25)


@pytest.mark.parametrize("draws", [25, pytest.param(200, marks=pytest.mark.long)])
def test_the_uncertainty_covers_the_rate_as_often_as_it_claims(draws: int) -> None:
    """Rates drawn from what was assumed: the posterior covers 90% of them, half way through and at the end."""
    given, random = one_arm(), np.random.default_rng(7)
    shape, inverse_scale = gamma_of(Rate(**RATE))
    inside = []
    for _ in range(draws):
        rate = float(random.gamma(shape, 1 / inverse_scale))
        run = simulated(given, {"plain": rate}, random)
        for until in (date(2026, 12, 18), date(2027, 2, 15)):
            known = refit(given, given.waves, observed(given, run, until), until).rates["plain"]
            inside.append(known.low <= rate <= known.high)
    assert np.mean(inside) == pytest.approx(0.9, abs=3.5 * np.sqrt(0.09 / draws))


def test_a_faster_answer_is_found_and_the_rate_is_not_mistaken_for_it() -> None:
    given = one_arm(bump={}, day_noise=0.1)
    random = np.random.default_rng(3)
    faster = np.array(outlook(given, speed=1.5).total())
    contacts = random.poisson(faster)
    until = given.first_day + timedelta(days=35)
    days = [given.first_day + timedelta(days=day) for day in range(len(contacts))]
    seen = [Observed(on=on, arm="plain", contacts=int(n)) for on, n in zip(days, contacts, strict=True)]
    fit = refit(given, given.waves, seen, until)
    assert fit.speed_low <= 1.5 <= fit.speed_high
    assert fit.speed == pytest.approx(1.5, rel=0.15)
    assert fit.rates["plain"].central == pytest.approx(0.06, rel=0.1)


def test_contacts_after_letters_still_unanswered_are_foreseen() -> None:
    """Over rates drawn from what was assumed, as many come as were foreseen on average."""
    given, random = one_arm(), np.random.default_rng(11)
    until, whole = date(2026, 12, 21), given.first_day + timedelta(days=399)
    shape, inverse_scale = gamma_of(Rate(**RATE))
    foreseen, came = 0.0, 0
    for _ in range(40):
        run = simulated(given, {"plain": float(random.gamma(shape, 1 / inverse_scale))}, random)
        so_far = observed(given, run, until)
        foreseen += refit(given, given.waves, so_far, until).to_come[1]
        came += sum(each.contacts for each in observed(given, run, whole)[len(so_far) :])
    assert foreseen / came == pytest.approx(1, abs=0.08)


def test_contacts_of_a_closed_day_count_for_the_next_open_one() -> None:
    given = one_arm()
    saturday, monday = (Observed(on=date(2026, 12, day), arm="plain", contacts=50) for day in (19, 21))
    fits = [refit(given, given.waves, [seen], date(2026, 12, 22)) for seen in (saturday, monday)]
    assert fits[0] == fits[1]


def test_a_person_is_offered_the_fitted_rates_and_the_letters_that_would_bring_what_was_planned() -> None:
    given = one_arm()
    (fit,) = fitted(given, 0.12, date(2026, 12, 28), [1])
    offered = suggested(given, fit)
    assert offered.rate("plain").central == fit.rates["plain"].central
    assert "2026-12-28" in offered.rate("plain").source
    planned, now, letters = letters_instead(given, fit, given.waves[0])
    assert planned == pytest.approx(outlook(given).total().sum(), abs=1)
    assert now > 1.5 * planned
    assert letters == int(20_000 * planned / now) or letters == pytest.approx(20_000 * planned / now, rel=0.01)
