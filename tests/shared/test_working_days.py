"""Working days, as the three divisions of the United Kingdom keep them."""

from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.running.settings import ServiceSettings
from shared.working_days import (
    BankHoliday,
    Division,
    add_working_days,
    holiday_name,
    is_working_day,
    use_bank_holidays,
    working_days_from,
)

ENGLAND, SCOTLAND, ULSTER = Division.ENGLAND_AND_WALES, Division.SCOTLAND, Division.NORTHERN_IRELAND
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
divisions = st.sampled_from(Division)


@pytest.mark.parametrize(
    ("day", "off_in"),
    [
        (date(2026, 1, 1), {ENGLAND, SCOTLAND, ULSTER}),
        (date(2026, 1, 2), {SCOTLAND}),
        (date(2026, 3, 17), {ULSTER}),
        (date(2026, 4, 3), {ENGLAND, SCOTLAND, ULSTER}),  # Good Friday
        (date(2026, 4, 6), {ENGLAND, ULSTER}),  # Easter Monday
        (date(2026, 7, 13), {ULSTER}),  # in place of Sunday the 12th
        (date(2026, 8, 3), {SCOTLAND}),
        (date(2026, 8, 31), {ENGLAND, ULSTER}),
        (date(2026, 11, 30), {SCOTLAND}),
        (date(2026, 12, 28), {ENGLAND, SCOTLAND, ULSTER}),  # in place of Saturday the 26th
        (date(2026, 12, 29), set()),
        (date(2026, 9, 5), {ENGLAND, SCOTLAND, ULSTER}),  # a Saturday
        (date(2026, 9, 6), {ENGLAND, SCOTLAND, ULSTER}),
        (date(2026, 9, 7), set()),
    ],
)
def test_each_division_keeps_its_own_bank_holidays(day: date, off_in: set[Division]) -> None:
    assert {division for division in Division if not is_working_day(day, division)} == off_in


def test_where_nothing_is_said_england_and_wales_are_meant() -> None:
    assert not is_working_day(date(2026, 4, 6))
    assert next(working_days_from(date(2026, 4, 3))) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 2), 1, SCOTLAND) == date(2026, 4, 6)


@given(days, st.integers(-30, 30), divisions)
def test_adding_working_days_passes_that_many_of_them(day: date, count: int, division: Division) -> None:
    end = add_working_days(day, count, division)
    assert (end > day, end < day) == (count > 0, count < 0)
    first, last = (day, end) if count > 0 else (end, day)
    step = timedelta(days=1)
    passed = [first + n * step for n in range(1, (last - first).days + 1)]
    if count < 0:
        passed = [other - step for other in passed]
    assert sum(is_working_day(other, division) for other in passed) == abs(count)
    assert count == 0 or is_working_day(end, division)


@given(days, st.integers(0, 30), divisions)
def test_what_is_added_can_be_taken_away_again(day: date, count: int, division: Division) -> None:
    start = next(working_days_from(day, division))
    assert add_working_days(add_working_days(start, count, division), -count, division) == start


@given(days, divisions)
def test_the_working_days_from_a_day_leave_none_out(day: date, division: Division) -> None:
    found = list(islice(working_days_from(day, division), 15))
    between = [day + timedelta(days=n) for n in range((found[-1] - day).days + 1)]
    assert found == [other for other in between if is_working_day(other, division)]


def test_a_holiday_that_is_added_is_one_in_its_divisions_until_it_is_taken_away() -> None:
    day = date(2027, 5, 10)
    assert is_working_day(day)
    use_bank_holidays([BankHoliday(on=day, name="A day of thanks", divisions=(Division.SCOTLAND,))])
    assert (is_working_day(day), is_working_day(day, Division.SCOTLAND)) == (True, False)
    assert holiday_name(day, Division.SCOTLAND) == "A day of thanks"
    use_bank_holidays([])
    assert is_working_day(day, Division.SCOTLAND)


def test_a_holiday_that_is_moved_leaves_its_old_day_a_working_day() -> None:
    old, new = date(2027, 5, 3), date(2027, 5, 7)
    use_bank_holidays([BankHoliday(on=old, name="moved", working_day=True), BankHoliday(on=new, name="Early May")])
    assert (is_working_day(old), is_working_day(new)) == (True, False)
    use_bank_holidays([])


@pytest.mark.parametrize("on", [1, 1_800_000_000, "10 May 2027", "2027-13-01", None])
def test_a_holiday_is_written_as_a_day(on: object) -> None:
    with pytest.raises(ValidationError):
        BankHoliday.model_validate({"on": on, "name": "A day of thanks"})


def test_the_setting_of_every_service_adds_holidays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OTM_BANK_HOLIDAYS", '[{"on": "2027-05-10", "name": "A day of thanks"}]')
    settings = ServiceSettings(mongo_database="a", keyring_file=tmp_path, access_file=tmp_path)
    assert settings.bank_holidays == (BankHoliday(on=date(2027, 5, 10), name="A day of thanks"),)
