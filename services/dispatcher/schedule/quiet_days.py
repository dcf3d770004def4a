"""Days on which nothing goes out: weekends, and the bank holidays of the divisions that are written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.clock import LONDON
from shared.working_days import Division, is_working_day


@dataclass(frozen=True)
class QuietDays:
    """A day is quiet if it is no working day in one of `divisions`."""

    divisions: Sequence[Division] = (Division.ENGLAND_AND_WALES,)

    def includes(self, day: date) -> bool:
        return not all(is_working_day(day, division) for division in self.divisions)

    def over(self, day: date) -> datetime:
        """Returns when the quiet that `day` is part of is over: midnight in London before the next day that is not
        quiet."""
        while self.includes(day):
            day += timedelta(days=1)
        return datetime.combine(day, time(), LONDON)
