"""Forecast: the observed response curve, laid over the days on which letters go out."""

from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planner.forecast.forecast import forecast
from services.planner.forecast.responses.curve import daily_shares
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from shared.contracts.schedules import ExpectedContacts
from shared.working_days import is_working_day
from tests.planner.given.plans import plan

FIRST = date(2026, 9, 7)
CURVE = {3: 0.119, 5: 0.285, 8: 0.493, 10: 0.596, 14: 0.741, 21: 0.862, 28: 0.919, 35: 0.950, 42: 0.971}
"""The share of all responses to a mailing that has come by each day: an observed series."""

waves = st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 6)), min_size=1, max_size=8).map(
    lambda parts: [
        WaveSize(on=FIRST + timedelta(days=day), size=size)
        for size, day in zip(
            [size for size, _ in parts],
            accumulate(gap - (n == 0) * gap for n, (_, gap) in enumerate(parts)),
            strict=True,
        )
    ]
)
rates = (
    st.lists(st.floats(0, 1), min_size=3, max_size=3)
    .map(sorted)
    .map(lambda r: {"low": r[0], "central": r[1], "high": r[2]})
)


def expected(planned: list[WaveSize], rate: dict[str, float]) -> tuple[ExpectedContacts, ...]:
    """Returns the forecast of a plan of one arm, to as many customers as the waves have."""
    letters = sum(wave.size for wave in planned)
    arms = [arm for arm in plan()["arms"] if arm["code"] == "plain"]
    one = Plan.model_validate(plan(customers=letters, contact_rate=rate, arms=arms, analysis=None, daily_limit=20_000))
    return forecast(one, planned)


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


@settings(max_examples=40, deadline=None)
@given(waves, rates)
def test_rounding_loses_no_expected_contact(planned: list[WaveSize], rate: dict[str, float]) -> None:
    days = expected(planned, rate)
    letters = sum(wave.size for wave in planned)
    for name in ("low", "central", "high"):
        total = sum(getattr(day, name) for day in days)
        assert abs(total - letters * rate[name]) <= 0.5 + 1e-3
    assert [day.on for day in days] == [planned[0].on + timedelta(days=n) for n in range(len(days))]


@settings(max_examples=40, deadline=None)
@given(waves, rates)
def test_the_high_forecast_is_never_below_the_low_one(planned: list[WaveSize], rate: dict[str, float]) -> None:
    days = expected(planned, rate)
    low, central, high = (list(accumulate(getattr(day, name) for day in days)) for name in ("low", "central", "high"))
    assert all(a <= b <= c for a, b, c in zip(low, central, high, strict=True))


@settings(max_examples=40, deadline=None)
@given(waves)
def test_nobody_is_expected_on_a_day_on_which_nobody_answers(planned: list[WaveSize]) -> None:
    days = expected(planned, {"low": 0.1, "central": 0.2, "high": 0.3})
    assert all(is_working_day(day.on) for day in days if day.high)


def test_letters_bring_their_contacts_later_than_e_mails() -> None:
    """The peak of e-mails is days before that of letters, and both together have both."""
    two = [WaveSize(on=FIRST, size=10_000)]
    letter = {"language": "en", "subject": "Your rent", "body": "Please check your return."}

    def by_friday(channel: str) -> int:
        arms = [arm | {"channel": channel, "letters": [letter]} for arm in plan()["arms"] if arm["code"] == "plain"]
        one = Plan.model_validate(plan(customers=10_000, arms=arms, analysis=None))
        return sum(day.central for day in forecast(one, two) if day.on <= FIRST + timedelta(days=4))

    assert by_friday("email") > 5 * max(1, by_friday("print"))


def test_a_message_that_seeks_no_response_brings_contacts_all_the_same() -> None:
    rate = {"low": 0.1, "central": 0.2, "high": 0.3}
    quiet, seeking = (
        forecast(
            Plan.model_validate(plan(contact_rate=rate, responses=plan()["responses"] | {"immediate_response": it}))
        )
        for it in (False, True)
    )
    assert quiet == seeking
    assert sum(day.central for day in quiet) == pytest.approx(25_000 * 0.8 * 0.2, abs=1)
