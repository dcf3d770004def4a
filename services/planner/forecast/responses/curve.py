"""The response curve: when customers get in touch after a mailing, as shares of all who ever do."""

from collections.abc import Sequence
from itertools import pairwise

MAILING = ((0, 0.0), (3, 0.119), (5, 0.285), (8, 0.493), (10, 0.596), (14, 0.741), (21, 0.862), (28, 0.919),
           (35, 0.950), (42, 0.971), (60, 1.0))  # fmt: skip
"""Cumulative share by day after the mailing: an observed daily series; the tail after day 42 is drawn out to day 60."""


def daily_shares(cumulative: Sequence[tuple[int, float]] = MAILING) -> list[float]:
    """Returns the share that comes on day 0, 1, 2, … after the mailing, evenly between the points; the sum is 1."""
    shares = [0.0]
    for (day, reached), (next_day, next_reached) in pairwise(cumulative):
        shares += [(next_reached - reached) / (next_day - day)] * (next_day - day)
    return shares
