"""Days as people and files write them: 2026-09-10 and no other way, within the bounds of their use.

A bare number is no day, though it could be read as seconds since 1970. A typed year is caught by bounds: those of
`Day` hold for every use, and `expect_between` for one that is about a time near the present.
"""

import re
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator

from shared.errors import Invalid, Problem
from shared.reading.signs import seen

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
WRITE_IT = "write it as 2026-09-10"
_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_day(value: object, earliest: date = EARLIEST, latest: date = LATEST) -> date:
    """Returns the day that `value` is or says. Raises `ValueError`, in words for the person who wrote it."""
    if isinstance(value, date) and not isinstance(value, datetime):
        day = value
    else:
        day = _day(seen(value) if isinstance(value, str) else "")
    if not earliest <= day <= latest:
        raise ValueError(f"check the year: it is between {earliest.year} and {latest.year}")
    return day


def _day(text: str) -> date:
    if not _WRITTEN.fullmatch(text):
        raise ValueError(WRITE_IT)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day: {WRITE_IT}") from None


Day = Annotated[date, BeforeValidator(lambda value: read_day(value))]


def expect_between(field: str, day: date, today: date, back: timedelta, ahead: timedelta) -> None:
    """Raises `Invalid` for a day more than `back` before `today` or more than `ahead` after it."""
    if day < today - back:
        raise _misdated(field, f"{field} is more than {back.days} days ago: check the year")
    if day > today + ahead:
        raise _misdated(field, f"{field} is more than {ahead.days} days ahead: check the year")


def _misdated(field: str, message: str) -> Invalid:
    return Invalid(message, Problem(field, "date", message))
