"""Schedule: so many letters a day, on working days, until all are out."""

from datetime import date
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from services.planner.forecast.schedule.schedule import last_day, planned_waves, waves
from services.planner.plan.plan import WAVES_AT_MOST, Plan
from shared.working_days import working_days_from
from tests.planner.given.plans import plan

days = st.dates(date(2025, 1, 1), date(2029, 12, 31))
sizes = st.integers(1, 300_000)


@given(sizes, days, st.integers(1_000, 50_000))
def test_every_letter_goes_out_on_a_working_day_within_the_days_limit(count: int, launch: date, limit: int) -> None:
    planned = waves(count, launch, limit)
    assert sum(wave.size for wave in planned) == count
    assert max(wave.size for wave in planned) <= limit
    assert [wave.number for wave in planned] == list(range(1, len(planned) + 1))
    assert [wave.on for wave in planned] == list(islice(working_days_from(launch), len(planned)))


@given(sizes, days, st.integers(1_000, 50_000))
def test_no_day_is_left_half_used(count: int, launch: date, limit: int) -> None:
    assert all(wave.size == limit for wave in waves(count, launch, limit)[:-1])


def test_an_easter_weekend_is_passed_over() -> None:
    planned = waves(2_500, date(2026, 4, 2), 1_000)
    assert [(wave.on, wave.size) for wave in planned] == [
        (date(2026, 4, 2), 1_000), (date(2026, 4, 7), 1_000), (date(2026, 4, 8), 500),
    ]  # fmt: skip


@given(st.integers(3, 3_000_000), st.integers(1, 50_000))
def test_the_last_day_is_that_of_the_last_wave(customers: int, limit: int) -> None:
    planned = Plan.model_validate(plan(customers=customers, daily_limit=max(limit, -(-customers // WAVES_AT_MOST))))
    assert last_day(planned) == planned_waves(planned)[-1].on
