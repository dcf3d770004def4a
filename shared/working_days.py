"""Working days: Monday to Friday, less the bank holidays of one division of the United Kingdom."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Division(StrEnum):
    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


_SUBDIVISIONS = {Division.ENGLAND_AND_WALES: "ENG", Division.SCOTLAND: "SCT", Division.NORTHERN_IRELAND: "NIR"}


@lru_cache
def _bank_holidays(division: Division, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[division], years=year))


def is_working_day(day: date, division: Division = Division.ENGLAND_AND_WALES) -> bool:
    return day.weekday() < _SATURDAY and day not in _bank_holidays(division, day.year)


def holiday_name(day: date, division: Division = Division.ENGLAND_AND_WALES) -> str | None:
    """Returns the name of the bank holiday on this day; None when there is none."""
    name: str | None = holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[division], years=day.year).get(day)
    return name


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
