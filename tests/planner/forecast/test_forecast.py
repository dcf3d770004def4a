"""Forecast: the observed response curve, laid over the days on which letters go out."""

from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planner.forecast.forecast import expected_contacts
from services.planner.forecast.response_curve import daily_shares
from services.planner.plan.response_handling import ContactRate
from shared.contracts.campaigns import Wave

FIRST = date(2026, 9, 7)
CURVE = {3: 0.119, 5: 0.285, 8: 0.493, 10: 0.596, 14: 0.741, 21: 0.862, 28: 0.919, 35: 0.950, 42: 0.971}
"""The share of all responses to a mailing that has come by each day: an observed series."""

waves = st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 6)), min_size=1, max_size=8).map(
    lambda parts: [
        Wave(number=n, on=FIRST + timedelta(days=day), size=size)
        for n, (size, day) in enumerate(
            zip([size for size, _ in parts], accumulate(gap for _, gap in parts), strict=True), start=1
        )
    ]
)
rates = (
    st.lists(st.floats(0, 1), min_size=3, max_size=3)
    .map(sorted)
    .map(lambda r: ContactRate(low=r[0], central=r[1], high=r[2]))
)


@pytest.mark.parametrize(("day", "share"), CURVE.items())
def test_the_curve_reaches_the_observed_share_on_each_day(day: int, share: float) -> None:
    assert sum(daily_shares()[: day + 1]) == pytest.approx(share, abs=1e-9)


def test_the_curve_ends_at_all_responses_with_the_observed_spread() -> None:
    shares = daily_shares()
    mean = sum(day * share for day, share in enumerate(shares))
    spread = sum((day - mean) ** 2 * share for day, share in enumerate(shares)) ** 0.5
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0
    assert mean == pytest.approx(12.0, abs=0.6)
    assert spread == pytest.approx(10.6, abs=1.0)


@given(waves, rates)
def test_rounding_loses_no_expected_contact(planned: list[Wave], rate: ContactRate) -> None:
    days = expected_contacts(planned, rate)
    letters = sum(wave.size for wave in planned)
    for name in ("low", "central", "high"):
        total = sum(getattr(day, name) for day in days)
        assert abs(total - letters * getattr(rate, name)) <= 0.5 + 1e-6
    assert [day.on for day in days] == [planned[0].on + timedelta(days=n) for n in range(len(days))]
    assert days[-1].on == planned[-1].on + timedelta(days=60)


@given(waves, rates)
def test_the_high_forecast_is_never_below_the_low_one(planned: list[Wave], rate: ContactRate) -> None:
    days = expected_contacts(planned, rate)
    low, central, high = (list(accumulate(getattr(day, name) for day in days)) for name in ("low", "central", "high"))
    assert all(a <= b <= c for a, b, c in zip(low, central, high, strict=True))


@given(waves, rates)
def test_the_waves_of_a_schedule_add_up(planned: list[Wave], rate: ContactRate) -> None:
    def by(day: date, *some: Wave) -> int:
        return sum(expected.central for expected in expected_contacts(some, rate) if expected.on <= day)

    for day in (planned[0].on + timedelta(days=n) for n in (0, 3, 9, 21, 120)):
        apart = sum(by(day, wave) for wave in planned)
        assert abs(by(day, *planned) - apart) <= 0.5 * (len(planned) + 1) + 1e-6
