"""Communications as they went out."""

from collections.abc import Sequence
from datetime import date

from services.planner.plan.wave_size import WaveSize, added_up
from shared.values import Code, Count, Number, Value


class IssuedCount(Value):
    """Communications of one arm and wave that went out on one day."""

    on: date
    wave: Number
    arm: Code
    count: Count


def out_by_day(issued: Sequence[IssuedCount]) -> tuple[WaveSize, ...]:
    """Returns what went out, all arms and waves together, with one wave for each day."""
    return added_up([WaveSize(on=each.on, size=each.count) for each in issued])
