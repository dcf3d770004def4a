"""The pace of a live campaign: on which days its communications go out while it is slowed, or after a pause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.planner.plan.wave_size import WaveSize
from shared.working_days import add_working_days, is_working_day

LONGEST_WAIT = timedelta(days=400)
"""The wait beyond which letters are left out of a forecast: by then a person has decided something else."""


@dataclass(frozen=True)
class Pace:
    """Pace of issuing: communications a day by the lower limit, if there is one, and whether nothing goes out until a
    resumption.
    """

    daily_limit: int | None = None
    paused: bool = False


def going_out(
    pace: Pace, rest: int, ahead: Sequence[WaveSize], today: date, out: Sequence[WaveSize] = ()
) -> tuple[WaveSize, ...]:
    """Returns the days on which the `rest` of waves that have started and the waves `ahead` go out, as dispatcher lets
    them: at most one wave begins each working day, and no more than the limit goes out, with what is `out` already. A
    paused campaign is taken to go on tomorrow.
    """
    gone = {wave.on: wave.size for wave in out}
    waiting = sorted(ahead, key=lambda wave: wave.on)
    day, due, placed = _first(pace, today, gone), rest, list[WaveSize]()
    while (due or waiting) and day - today <= LONGEST_WAIT:
        if waiting and waiting[0].on <= day:
            due += waiting.pop(0).size
        size = due if pace.daily_limit is None else min(due, max(0, pace.daily_limit - gone.get(day, 0)))
        if size:
            placed.append(WaveSize(on=day, size=size))
            due -= size
        following = add_working_days(day, 1)
        day = max(following, waiting[0].on) if waiting and not due else following
    return tuple(placed)


def _first(pace: Pace, today: date, gone: dict[date, int]) -> date:
    """The first day on which anything more may go out: today, unless that is quiet or has had what it has."""
    full = today in gone and (pace.daily_limit is None or gone[today] >= pace.daily_limit)
    return add_working_days(today, 1) if pace.paused or full or not is_working_day(today) else today
