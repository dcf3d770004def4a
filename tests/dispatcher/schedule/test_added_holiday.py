"""An added bank holiday is a day on which nothing goes out."""

from services.dispatcher.schedule.quiet_days import QuietDays
from tests.support.holidays import THE_DAY_AFTER, added_holiday


def test_nothing_goes_out_on_an_added_bank_holiday() -> None:
    with added_holiday() as day:
        assert QuietDays().includes(day)
        assert QuietDays().over(day).date() == THE_DAY_AFTER
    assert not QuietDays().includes(day)
