"""Which day how many communications go out."""

from datetime import date

from shared.contracts.campaigns import Wave
from shared.working_days import working_days_from


def waves(communications: int, launch: date, daily_limit: int) -> tuple[Wave, ...]:
    """One wave each working day from `launch`, of at most `daily_limit`, until all `communications` are out."""
    planned: list[Wave] = []
    days = working_days_from(launch)
    while communications > 0 or not planned:
        size = max(1, min(communications, daily_limit))
        planned.append(Wave(number=len(planned) + 1, on=next(days), size=size))
        communications -= size
    return tuple(planned)
