"""A bank holiday that no library knows, added by the setting of all services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from shared.working_days import BankHoliday, use_bank_holidays

ADDED = date(2027, 5, 10)
"""A Monday."""
THE_DAY_AFTER = date(2027, 5, 11)


@contextmanager
def added_holiday() -> Iterator[date]:
    use_bank_holidays([BankHoliday(on=ADDED, name="A day of thanks")])
    try:
        yield ADDED
    finally:
        use_bank_holidays([])
