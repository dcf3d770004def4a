"""Days and moments as people type them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from services.planner.plan.dates import EARLIEST, LATEST
from services.planner.writing.kinds.kind import Kind
from shared.clock import LONDON
from shared.reading.dates import read_day


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """A day, typed in three fields."""

    field: ClassVar[str] = "day"

    def read(self, text: str, what: str) -> str:
        try:
            return read_day(text, EARLIEST, LATEST).isoformat()
        except ValueError:
            raise ValueError(f"Enter {what} as a day that there is, such as 7 9 2026") from None

    def said(self, value: Any) -> str:
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True, slots=True)
class Moment(Kind):
    """A day and a time in London."""

    classes: ClassVar[str] = "govuk-input--width-10"

    def read(self, text: str, what: str) -> str:
        try:
            moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)
            read_day(moment.date(), EARLIEST, LATEST)
        except ValueError:
            raise ValueError(f"Enter {what} as a day and a time, such as 2026-09-07 09:30") from None
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def typed(self, value: Any) -> str:
        return f"{datetime.fromisoformat(value).astimezone(LONDON):%Y-%m-%d %H:%M}"
