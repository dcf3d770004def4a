"""From the day of issue to the days on which customers get in touch, as matrices of shares.

A row is a day on which communications are issued, a column a day of the horizon; the first day of the horizon is day 0.
The entry is the share of the contacts after communications of that row which come on that day. Rows sum to 1, less what
closed days lose and what falls beyond the horizon. Each step takes all rows at once from one day to the next: no matrix
of days by days is made.
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
    return responses(given, arrived_on(given, arm, issue_days, horizon), speed)


def arrived_on(given: Assumptions, arm: ArmAssumption, issue_days: Sequence[date], horizon: int) -> Matrix:
    """The shares of communications that arrive on each day, for each of `issue_days`."""
    arrived = np.zeros((len(issue_days), horizon))
    for row, issued in enumerate(issue_days):
        for day, share in arrivals(arm, issued, given.closed.division).items():
            if (column := (day - given.first_day).days) < horizon:
                arrived[row, column] += share
    return arrived


def responses(given: Assumptions, arrived: Matrix, speed: float = 1.0) -> Matrix:
    """The contacts by day after communications that arrived by day, in each row, closed days made up for."""
    return _opened(given, _answered(given, arrived, speed))


def open_days(given: Assumptions, horizon: int) -> list[bool]:
    """Whether helplines are open, by day of the horizon."""
    closed = frozenset(given.closed.days)
    days = (given.first_day + timedelta(days=each) for each in range(horizon))
    return [day not in closed and is_working_day(day, given.closed.division) for day in days]


def _answered(given: Assumptions, arrived: Matrix, speed: float) -> Matrix:
    """From the day of arrival to the day on which the customer wants to get in touch."""
    curve, horizon = curve_of(given, speed), arrived.shape[1]
    by_curve, by_deadline = arrived, np.zeros_like(arrived)
    if given.respond_by is not None and given.bump.share:
        deadline = (given.respond_by - given.first_day).days
        early = np.where(np.arange(horizon) < deadline, arrived, 0.0)  # one that arrives later follows the curve alone
        by_curve = arrived - given.bump.share * early
        by_deadline = _evenly(given.bump.share * early, deadline, given.bump.days)
    return np.array([np.convolve(row, curve)[:horizon] for row in by_curve]) + by_deadline


def _evenly(early: Matrix, deadline: int, days: int) -> Matrix:
    """The same for each row: what arrives on a day comes evenly on the days after it, the last `days` up to the
    deadline."""
    horizon = early.shape[1]
    first = np.minimum(np.maximum(np.arange(horizon) + 1, deadline - days + 1), deadline)
    begins = _gathered(early / (deadline + 1 - first), first, horizon)
    return np.where(np.arange(horizon) <= deadline, np.cumsum(begins, axis=1), 0.0)


def _opened(given: Assumptions, wanted: Matrix) -> Matrix:
    """From the day on which the customer wants to get in touch to the day on which somebody is there."""
    horizon = wanted.shape[1]
    opened, days = np.array(open_days(given, horizon)), np.arange(horizon)
    following = np.minimum.accumulate(np.where(opened, days, horizon)[::-1])[::-1]
    return _gathered(wanted * np.where(opened, 1.0, 1 - given.closed.lost), following, horizon)


def _gathered(amounts: Matrix, into: NDArray[np.int64], horizon: int) -> Matrix:
    """In each row, the sums of what goes into each day of the horizon; nothing of what goes beyond it."""
    return np.array([np.bincount(into, row, horizon)[:horizon] for row in amounts])
