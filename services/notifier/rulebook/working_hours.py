"""Working hours and quiet hours of a team, in the time of the United Kingdom."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from shared.clock import LONDON
from shared.values import Value
from shared.working_days import ONE_DAY, Division, is_working_day, working_days_from


def _as_written(value: object) -> object:
    """Takes `17:00` and nothing else: a number would be taken for seconds after midnight."""
    if isinstance(value, time):
        return value
    if isinstance(value, str) and len(value) == len("17:00") and value[2] == ":":
        return time.fromisoformat(value)
    raise ValueError('write a time of day as "17:00"')


WallTime = Annotated[
    time,
    BeforeValidator(_as_written),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "examples": ["17:00"]}),
]


class Hours(Value):
    """Working hours, on the working days of one division."""

    opens: WallTime = time(9)
    closes: WallTime = time(17)
    division: Division = Division.ENGLAND_AND_WALES

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("working hours open before they close")
        return self

    def after(self, start: datetime, hours: float) -> datetime:
        """Returns the instant at which `hours` of working time have passed since `start`, in UTC; `hours` > 0."""
        left = timedelta(hours=hours)
        for day in working_days_from(start.astimezone(LONDON).date(), self.division):
            opens, closes = at(day, self.opens), at(day, self.closes)
            begins = max(start, opens)
            if begins + left <= closes:
                return (begins + left).astimezone(UTC)
            left -= max(closes - begins, timedelta())
        raise AssertionError("working days have no end")


class Quiet(Value):
    """Quiet hours, from `begins` to `ends` each night, and with `only_working_days` all of every other day as well."""

    begins: WallTime = time(20)
    ends: WallTime = time(7)
    only_working_days: bool = True
    division: Division = Division.ENGLAND_AND_WALES

    @model_validator(mode="after")
    def _a_night(self) -> Self:
        if self.begins <= self.ends:
            raise ValueError("quiet hours begin in the evening and end in the morning")
        return self

    def over(self, instant: datetime) -> datetime:
        """Returns `instant`, or the end of the quiet hours that it falls into, in UTC."""
        day = instant.astimezone(LONDON).date()
        while True:
            counts = not self.only_working_days or is_working_day(day, self.division)
            if counts and instant < at(day, self.begins):
                return max(instant, at(day, self.ends))
            day += ONE_DAY
            instant = max(instant, at(day, time()))


def at(day: date, wall: time) -> datetime:
    """Returns that time of that day in the United Kingdom, in UTC. Where a clock change has it twice, the first; where
    it has it never, as if the clocks had not been changed yet.
    """
    return datetime.combine(day, wall, LONDON).astimezone(UTC)


def next_at(instant: datetime, wall: time) -> datetime:
    """Returns the next time after `instant` that it is `wall` in the United Kingdom, in UTC."""
    day = instant.astimezone(LONDON).date()
    return next(moment for n in range(3) if (moment := at(day + n * ONE_DAY, wall)) > instant)
