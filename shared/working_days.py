"""Working days: Monday to Friday, less the bank holidays of one division of the United Kingdom.

The holidays are those of the library, changed by the setting `OTM_BANK_HOLIDAYS`, which is the same for all services.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

from shared.reading.dates import Day
from shared.values import Title, Value

ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Division(StrEnum):
    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


_SUBDIVISIONS = {Division.ENGLAND_AND_WALES: "ENG", Division.SCOTLAND: "SCT", Division.NORTHERN_IRELAND: "NIR"}


class BankHoliday(Value):
    """A bank holiday that the library does not know; with `working_day`, one that it knows and that is none."""

    on: Day
    name: Title
    divisions: tuple[Division, ...] = tuple(Division)
    working_day: bool = False


_changes: list[BankHoliday] = []


def use_bank_holidays(changes: Sequence[BankHoliday]) -> None:
    """Sets the changes to the library's bank holidays for this process, in place of those set before."""
    _changes[:] = changes
    _bank_holidays.cache_clear()


@lru_cache
def _bank_holidays(division: Division, year: int) -> Mapping[date, str]:
    """Returns the bank holidays of a year by day, with their names."""
    known: Mapping[date, str] = holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[division], years=year)
    found = dict(known.items())
    for change in _changes:
        if division in change.divisions and change.on.year == year:
            found.pop(change.on, None) if change.working_day else found.update({change.on: change.name})
    return found


def is_working_day(day: date, division: Division = Division.ENGLAND_AND_WALES) -> bool:
    return day.weekday() < _SATURDAY and day not in _bank_holidays(division, day.year)


def holiday_name(day: date, division: Division = Division.ENGLAND_AND_WALES) -> str | None:
    """Returns the name of the bank holiday on this day; None when there is none."""
    return _bank_holidays(division, day.year).get(day)


def working_days_from(day: date, division: Division = Division.ENGLAND_AND_WALES) -> Iterator[date]:
    """`day` itself if it is a working day, then every one after it, without end."""
    while True:
        if is_working_day(day, division):
            yield day
        day += ONE_DAY


def add_working_days(day: date, count: int, division: Division = Division.ENGLAND_AND_WALES) -> date:
    """The `count`-th working day after `day` (before it, if `count` is negative); `day` itself for 0."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, division):
            day += step
    return day
