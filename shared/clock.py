"""Time as a port. Services ask a `Clock`, so that a test or a rehearsal decides what day it is."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, timezone-aware, in UTC."""
        ...


def midnight_after(day: date) -> datetime:
    """Returns the end of that day in London."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON)


def to_the_millisecond(at: datetime) -> datetime:
    """Returns the instant as exactly as the store keeps it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def today(clock: Clock) -> date:
    """The date in the United Kingdom."""
    return clock.now().astimezone(LONDON).date()


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The system's time plus the offset in a small file, shared by every process of a rehearsal.

    The file holds `{"offset_seconds": 86400}`; no file means no offset. Never set in production.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset()

    def shift_to(self, instant: datetime) -> None:
        """Make `instant` the present for everyone who shares the file."""
        offset = (instant - datetime.now(UTC)).total_seconds()
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps({"offset_seconds": offset}))
        draft.replace(self._file)

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=json.loads(self._file.read_text())["offset_seconds"])
        except FileNotFoundError:
            return timedelta()


def clock_from(file: Path | None) -> Clock:
    return ShiftedClock(file) if file else SystemClock()
