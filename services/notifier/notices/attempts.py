"""Tries to hand a notice over: when there is another, and what became of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from shared.values import Code, Instant, Number, Value


class Result(StrEnum):
    TAKEN = "taken"
    NOT_TAKEN = "not-taken"
    """It may be taken later."""
    FAR_END_DOWN = "far-end-down"
    """Nothing was taken there."""
    REFUSED = "refused"
    """It never will be."""


FAILS = (Result.NOT_TAKEN, Result.FAR_END_DOWN)
"""The failures that are tried again."""


class Try(Value):
    """An attempt's end, at `at`; what fails alike so many `times` in a row is one, and that was the last of them.

    Of an attempt cut short by a crash there is no more than the count.
    """

    at: Instant
    result: Result
    reason: Code | None = None
    times: Number = 1


RETRY_SECONDS = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 43200)
"""Seconds before each further try of a notice that was not taken: a day and more in all."""

PAUSE_SECONDS = (5, 15, 60, 300)
"""Seconds for which a far end that is down is left alone, each time longer; then always the last."""

GIVE_UP_AFTER = timedelta(hours=30)
"""The time after which a notice for a far end that is down is given up, and the on-call team told."""


def with_try(tries: Sequence[Try], at: datetime, result: Result, reason: str | None = None) -> tuple[Try, ...]:
    """Returns the tries with one more; a failure like the last is counted with it."""
    if tries and result in FAILS and (tries[-1].result, tries[-1].reason) == (result, reason):
        return (*tries[:-1], Try(at=at, result=result, reason=reason, times=tries[-1].times + 1))
    return (*tries, Try(at=at, result=result, reason=reason))


def next_try(tries: Sequence[Try], begun: datetime, pause: timedelta) -> datetime | None:
    """Returns when to try again after the last of `tries`, which failed; None when that was long enough.

    `begun` is when the first was made, `pause` for how long its far end is left alone if that is down.
    """
    last = tries[-1]
    if last.result is Result.FAR_END_DOWN:
        return last.at + pause if last.at - begun < GIVE_UP_AFTER else None
    count = sum(each.times for each in tries if each.result is Result.NOT_TAKEN and each.at >= begun)
    return last.at + timedelta(seconds=RETRY_SECONDS[count - 1]) if count <= len(RETRY_SECONDS) else None
