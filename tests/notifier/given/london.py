"""Times by the clock in London."""

from datetime import UTC, date, datetime, time

from shared.clock import LONDON


def london(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)
