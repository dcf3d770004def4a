"""The limits of a schedule: on which days how many communications can be issued at all."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.planner.forecast.assumptions import EARLIEST_YEAR, LATEST_YEAR, Assumptions, Channel
from services.planner.forecast.responses.arrival import latest_arrival
from shared.errors import Invalid, Problem
from shared.values import Count, Number, Value
from shared.working_days import add_working_days, is_working_day

LONGEST_WINDOW_DAYS = 400
"""How far ahead a schedule is looked for."""


class ChannelLimit(Value):
    """The most communications that a provider takes in a day by one channel."""

    channel: Channel
    a_day: Count


class IssueLimits(Value):
    """Limits of a schedule besides the capacity of the helplines. `daily_limit` counts the communications of all arms.
    The first wave is at least `notice_days` working days after `asked_on`. After the latest arrival customers have
    `days_to_respond` days at least until the deadline.
    """

    asked_on: date
    notice_days: Annotated[int, Field(ge=0, le=250)] = 0
    daily_limit: Number = 20_000
    channels: Annotated[tuple[ChannelLimit, ...], Field(max_length=5)] = ()
    quiet_days: Annotated[tuple[date, ...], Field(max_length=400)] = ()
    last_day: date | None = None
    days_to_respond: Annotated[int, Field(ge=0, le=250)] = 0
    scenario: Literal["low", "central", "high"] = "high"

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not EARLIEST_YEAR <= self.asked_on.year <= LATEST_YEAR:
            plausible = Problem("asked_on", "plausible", f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}")
            raise Invalid("these limits cannot be right", plausible)
        if len({limit.channel for limit in self.channels}) < len(self.channels):
            raise Invalid("these limits cannot be right", Problem("channels", "unique", "a channel is named twice"))
        return self


def issue_days(given: Assumptions, limits: IssueLimits) -> list[date]:
    """The days of the window on which communications may go out. Raises `Invalid` where there is none."""
    days = [day for day in days_from(given, limits) if _within(given, limits, day)]
    if not days:
        message = "no day is left to issue on: after the notice, and early enough for an answer before the deadline"
        raise Invalid("there is no schedule", Problem("respond_by", "after-first-answer", message))
    return days


def days_from(given: Assumptions, limits: IssueLimits) -> Iterator[date]:
    """Working days that are not quiet, from the first possible one on, whatever the end of the window."""
    first = max(given.first_day, add_working_days(limits.asked_on, limits.notice_days, given.closed.division))
    quiet = frozenset(limits.quiet_days)
    for after in range(LONGEST_WINDOW_DAYS):
        day = first + timedelta(days=after)
        if day not in quiet and is_working_day(day, given.closed.division):
            yield day


def daily_limit(given: Assumptions, limits: IssueLimits) -> int:
    """Communications a day, over all arms, that no channel's provider is given too many of."""
    most = limits.daily_limit
    for limit in limits.channels:
        share = sum(given.balance[arm.code] for arm in given.written_to if arm.channel == limit.channel)
        if share:
            most = min(most, int(limit.a_day / share))
    return most


def _within(given: Assumptions, limits: IssueLimits, day: date) -> bool:
    if limits.last_day is not None and day > limits.last_day:
        return False
    if given.respond_by is None:
        return True
    latest = max(latest_arrival(arm, day, given.closed.division) for arm in given.written_to)
    return latest + timedelta(days=limits.days_to_respond) <= given.respond_by
