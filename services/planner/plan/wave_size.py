"""Waves that a designer gives by hand, or that were proposed and accepted: the day and the size of each."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from services.planner.plan.dates import Day
from shared.errors import Problem
from shared.values import Count, Value
from shared.working_days import add_working_days, is_working_day


class WaveSize(Value):
    """Communications, over all arms that are written to, that are issued on one day."""

    on: Day
    size: Count


def added_up(waves: Sequence[WaveSize]) -> tuple[WaveSize, ...]:
    """Returns the waves with one for each day, in order."""
    sizes: dict[date, int] = {}
    for wave in waves:
        sizes[wave.on] = sizes.get(wave.on, 0) + wave.size
    return tuple(WaveSize(on=on, size=size) for on, size in sorted(sizes.items()) if size)


class Bounds(NamedTuple):
    """The bounds that a plan sets to its waves."""

    launch: date | None
    respond_by: date | None
    daily_limit: int
    communications: int | None
    waves_at_most: int


def with_room(waves: Sequence[WaveSize], communications: int, daily_limit: int) -> tuple[WaveSize, ...]:
    """Returns the waves with room for so many communications: the last ones may take more, up to the limit of a day.
    Where the population is smaller, they have less.
    """
    found = list(waves)
    left = communications - sum(wave.size for wave in found)
    while found and left > 0:
        more = min(left, daily_limit - found[-1].size)
        found[-1] = found[-1].model_copy(update={"size": found[-1].size + max(more, 0)})
        left -= max(more, 0)
        if left > 0:
            found.append(WaveSize(on=add_working_days(found[-1].on, 1), size=min(left, daily_limit)))
            left -= found[-1].size
    return tuple(found)


def wave_problems(waves: Sequence[WaveSize], bounds: Bounds) -> Iterator[Problem]:
    """Yields what is wrong with waves that were given by hand."""
    if not waves:
        return
    yield from _whole_problems(waves, bounds)
    if any(later.on <= earlier.on for earlier, later in pairwise(waves)):
        yield Problem("schedule", "in-order", "each wave is on a later day than the one before")
    for index, wave in enumerate(waves):
        if not is_working_day(wave.on):
            yield Problem(f"schedule.{index}.on", "working-day", "waves go out on working days")
        if not 0 < wave.size <= bounds.daily_limit:
            limit = f"from 1 to {bounds.daily_limit}, the plan's limit of a day"
            yield Problem(f"schedule.{index}.size", "within-daily-limit", limit)


def _whole_problems(waves: Sequence[WaveSize], bounds: Bounds) -> Iterator[Problem]:
    if bounds.launch is not None and waves[0].on != bounds.launch:
        first = f"the first wave goes out on the day of the launch, {bounds.launch}"
        yield Problem("schedule.0.on", "from-launch", first)
    if bounds.respond_by is not None and waves[-1].on >= bounds.respond_by:
        yield Problem("schedule", "before-respond-by", "customers must have time to answer the last wave")
    if bounds.communications is not None and sum(wave.size for wave in waves) < bounds.communications:
        room = f"the waves have room for all {bounds.communications} communications"
        yield Problem("schedule", "covers", room)
    if len(waves) > bounds.waves_at_most:
        yield Problem("schedule", "too-many-days", f"a schedule has at most {bounds.waves_at_most} waves")
