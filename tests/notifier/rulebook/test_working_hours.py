"""Working hours and quiet hours: working days, nights, and the clock changes."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.rulebook.working_hours import Hours, Quiet, at, next_at
from shared.clock import LONDON
from shared.working_days import Division, is_working_day

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


def worked(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """Returns the working time between two instants, counted day by day."""
    total, day = timedelta(), start.astimezone(LONDON).date()
    while day <= end.astimezone(LONDON).date():
        if is_working_day(day, hours.division):
            begins, ends = max(start, at(day, hours.opens)), min(end, at(day, hours.closes))
            total += max(ends - begins, timedelta())
        day += timedelta(days=1)
    return total


@given(start=INSTANTS, quarters=st.integers(1, 400), division=st.sampled_from(Division))
def test_working_hours_after_an_instant_are_as_many_as_asked_for(
    start: datetime, quarters: int, division: Division
) -> None:
    hours = Hours(opens=time(8), closes=time(18), division=division)
    end = hours.after(start, quarters / 4)
    assert worked(start, end, hours) == timedelta(minutes=15 * quarters)
    local = end.astimezone(LONDON)
    assert is_working_day(local.date(), division)
    assert hours.opens < local.time() <= hours.closes


@given(instant=INSTANTS)
def test_quiet_hours_end_in_the_morning_of_a_working_day(instant: datetime) -> None:
    quiet = Quiet(begins=time(20), ends=time(7))
    told = quiet.over(instant)
    assert told >= instant
    local = told.astimezone(LONDON)
    assert is_working_day(local.date())
    assert time(7) <= local.time() < time(20)
    assert told == instant or local.time() == time(7)
    assert quiet.over(told) == told


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (datetime(2026, 8, 28, 18, 59, tzinfo=UTC), datetime(2026, 8, 28, 18, 59, tzinfo=UTC)),
        (datetime(2026, 8, 28, 19, 0, tzinfo=UTC), datetime(2026, 9, 1, 6, 0, tzinfo=UTC)),  # a bank holiday's Monday
        (datetime(2026, 10, 23, 22, 0, tzinfo=UTC), datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),  # the clocks go back
    ],
)
def test_what_comes_at_night_waits(instant: datetime, told: datetime) -> None:
    assert Quiet(begins=time(20), ends=time(7)).over(instant) == told


@given(instant=INSTANTS, wall=st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_the_next_time_of_day_is_within_a_day_or_so(instant: datetime, wall: time) -> None:
    moment = next_at(instant, wall)
    assert timedelta() < moment - instant <= timedelta(hours=26)
