"""From the day of issue to the days on which customers get in touch, as matrices of shares.

A row is a day on which communications are issued, a column a day of the horizon; the first day of the horizon is day 0.
The entry is the share of the contacts after communications of that row which come on that day. Rows sum to 1, less what
closed days lose and what falls beyond the horizon.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.planner.forecast.assumptions import ArmAssumption, Assumptions
from services.planner.forecast.responses.arrival import arrivals
from services.planner.forecast.responses.curve import daily_shares
from shared.working_days import is_working_day

Matrix: TypeAlias = NDArray[np.float64]
DELIVERY_IN_CURVE_DAYS = 2
"""The default curve counts from a mailing by first class, which takes at least two days from issue to delivery."""


def arrived_curve() -> Matrix:
    """The default curve counted from the day of arrival: the observed series, two days earlier; what it has before that
    comes on the day of arrival."""
    shares = np.array(daily_shares())
    first = shares[: DELIVERY_IN_CURVE_DAYS + 1].sum()
    return np.concatenate(([first], shares[DELIVERY_IN_CURVE_DAYS + 1 :]))


def curve_of(given: Assumptions, speed: float = 1.0) -> Matrix:
    """The shares by day after arrival. With a `speed` of 2 everything comes in half the time: the cumulative curve is
    read at `speed` times the days, linear between them."""
    shares = np.array(given.curve) if given.curve is not None else arrived_curve()
    if speed == 1.0:
        return shares
    reached = np.concatenate(([0.0], np.cumsum(shares)))
    days = np.arange(np.ceil(len(shares) / speed) + 1)
    return np.diff(np.interp(days * speed, np.arange(len(reached)), reached))


def horizon_of(given: Assumptions, last_issue: date, speed: float = 1.0) -> int:
    """Days from the first day until contacts have died out, with room for slow post and a closed week after it."""
    days = (last_issue - given.first_day).days + len(curve_of(given, speed)) + 30
    return max(days, (given.respond_by - given.first_day).days + 15) if given.respond_by else days


def response_matrix(
    given: Assumptions, arm: ArmAssumption, issue_days: Sequence[date], horizon: int, speed: float = 1.0
) -> Matrix:
    """The shares of contacts by day for each of `issue_days`, closed days made up for."""
    arrived = np.zeros((len(issue_days), horizon))
    for row, issued in enumerate(issue_days):
        for day, share in arrivals(arm, issued, given.closed.division).items():
            if (column := (day - given.first_day).days) < horizon:
                arrived[row, column] += share
    return arrived @ _answered(given, horizon, speed) @ _opened(given, horizon)


def open_days(given: Assumptions, horizon: int) -> list[bool]:
    """Whether helplines are open, by day of the horizon."""
    closed = frozenset(given.closed.days)
    days = (given.first_day + timedelta(days=each) for each in range(horizon))
    return [day not in closed and is_working_day(day, given.closed.division) for day in days]


def _answered(given: Assumptions, horizon: int, speed: float) -> Matrix:
    """From the day of arrival to the day on which the customer wants to get in touch."""
    curve = curve_of(given, speed)
    matrix = np.zeros((horizon, horizon))
    for day in range(horizon):
        matrix[day, day : day + len(curve)] = curve[: horizon - day]
    if given.respond_by is None or not given.bump.share:
        return matrix
    deadline = (given.respond_by - given.first_day).days
    for day in range(min(deadline, horizon)):  # a letter that arrives on the deadline or after it follows the curve
        first = max(day + 1, deadline - given.bump.days + 1)
        matrix[day] *= 1 - given.bump.share
        matrix[day, first : deadline + 1] += given.bump.share / (deadline + 1 - first)
    return matrix


def _opened(given: Assumptions, horizon: int) -> Matrix:
    """From the day on which the customer wants to get in touch to the day on which somebody is there."""
    matrix = np.zeros((horizon, horizon))
    following: int | None = None
    opened = open_days(given, horizon)
    for day in reversed(range(horizon)):
        if opened[day]:
            following = day
            matrix[day, day] = 1.0
        elif following is not None:
            matrix[day, following] = 1 - given.closed.lost
    return matrix
