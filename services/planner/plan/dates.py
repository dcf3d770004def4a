"""Dates as people write them in plans and answers: a day, within bounds that a mistyped year cannot pass."""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

AS_KEPT: Final = {"as_kept": True}
"""The validation context of a plan accepted earlier: later rules and bank holidays do not apply to it."""
EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
BETWEEN: Final = "the year must be between 2000 and 2099"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_out(value: Any) -> Any:
    """Refuses numbers and times, which could be read as some other day."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_from_datetime_parsing", "write the day as 2026-09-10")


def _plausible(day: date, info: ValidationInfo) -> date:
    if info.context != AS_KEPT and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(BETWEEN)
    return day


Day = Annotated[date, BeforeValidator(_written_out), AfterValidator(_plausible)]
