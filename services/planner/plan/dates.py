"""Days in plans and answers: as `shared.reading.dates` reads them, within bounds that a mistyped year cannot pass."""

from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, ValidationInfo

from shared.reading.dates import read_day

AS_KEPT: Final = {"as_kept": True}
"""The validation context of a plan accepted earlier: later rules and bank holidays do not apply to it."""
EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
BETWEEN: Final = "the year must be between 2000 and 2099"


def _day(value: object, info: ValidationInfo) -> date:
    if info.context == AS_KEPT and isinstance(value, str):
        return date.fromisoformat(value)
    day = read_day(value)
    if info.context != AS_KEPT and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(BETWEEN)
    return day


Day = Annotated[date, BeforeValidator(_day)]
