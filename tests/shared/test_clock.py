"""Time as everybody who shares a clock sees it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import ShiftedClock, SystemClock, clock_from, today
from tests.support.clocks import StoppedClock

CLOSE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2026, 7, 2)),  # half past midnight in London
        (datetime(2026, 1, 1, 23, 30, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),  # the last night of summer time
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_today_is_the_date_in_the_united_kingdom(instant: datetime, day: date) -> None:
    assert today(StoppedClock(instant)) == day


def test_everyone_who_shares_a_clock_is_moved_together(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    mine, theirs = ShiftedClock(file), clock_from(file)
    assert abs(theirs.now() - datetime.now(UTC)) < CLOSE  # nobody has moved it yet
    launch = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
    mine.shift_to(launch)
    assert launch <= theirs.now() < launch + CLOSE
    mine.shift_to(launch - timedelta(days=4000))
    assert abs(theirs.now() - launch + timedelta(days=4000)) < CLOSE
    assert theirs.now().tzinfo is UTC
    assert [kept.name for kept in tmp_path.iterdir()] == ["clock.json"]


def test_without_a_file_the_time_is_the_systems() -> None:
    assert isinstance(clock_from(None), SystemClock)
    assert abs(clock_from(None).now() - datetime.now(UTC)) < CLOSE
