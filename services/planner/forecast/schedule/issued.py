"""Communications as they went out."""

from datetime import date

from shared.values import Code, Count, Number, Value


class IssuedCount(Value):
    """Communications of one arm and wave that went out on one day."""

    on: date
    wave: Number
    arm: Code
    count: Count
