"""Tries to hand a notice over: when there is another, and what became of each."""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.values import Code, Instant, Value


class Result(StrEnum):
    TAKEN = "taken"
    NOT_TAKEN = "not-taken"
    """It may be taken later."""
    REFUSED = "refused"
    """It never will be."""


class Try(Value):
    """One attempt that has ended, at `at`; of those cut short by a crash only the count is known."""

    at: Instant
    result: Result
    reason: Code | None = None


WAITS = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 43200)
"""Seconds before each further try: a day and more in all."""


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failures; None when it has been tried often enough."""
    return now + timedelta(seconds=WAITS[attempts - 1]) if attempts <= len(WAITS) else None
