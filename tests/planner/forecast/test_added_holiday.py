"""An added bank holiday moves the waves of a plan."""

from datetime import date

from services.planner.forecast.schedule.schedule import waves
from tests.support.holidays import added_holiday


def test_no_wave_is_planned_on_an_added_bank_holiday() -> None:
    friday = date(2027, 5, 7)
    assert [wave.on for wave in waves(3, friday, 1)] == [friday, date(2027, 5, 10), date(2027, 5, 11)]
    with added_holiday():
        assert [wave.on for wave in waves(3, friday, 1)] == [friday, date(2027, 5, 11), date(2027, 5, 12)]
