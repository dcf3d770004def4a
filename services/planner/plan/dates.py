"""Days in plans and answers: as `shared.reading.dates` reads them, within bounds that a mistyped year cannot pass."""

from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, ValidationInfo

from shared.reading.dates import read_day

AS_KEPT: Final = {"as_kept": True}
"""The validation context of a plan accepted earlier: later rules and bank holidays do not apply to it."""
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


def _day(value: object, info: ValidationInfo) -> date:
    if info.context == AS_KEPT and isinstance(value, str):
        return date.fromisoformat(value)
    if info.context == AS_KEPT and isinstance(value, date):
        return value
    return read_day(value, EARLIEST, LATEST)


Day = Annotated[date, BeforeValidator(_day)]
