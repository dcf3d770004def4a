"""The team that deals with a disclosure, and the day by which it does."""

from datetime import date, datetime
from typing import NamedTuple

from shared.clock import LONDON
from shared.contracts.campaigns import VolunteeredProcess
from shared.working_days import add_working_days

DEFAULT_PROCESS = VolunteeredProcess(owner="disclosure-team", working_days=10)
"""The process for an unknown letter, and for a campaign that has agreed on no other."""


def received_on(received_at: datetime) -> date:
    """Returns the day in London on which the disclosure came."""
    return received_at.astimezone(LONDON).date()


def due_on(received_at: datetime, process: VolunteeredProcess) -> date:
    """Returns the last day on which dealing with it is in time."""
    return add_working_days(received_on(received_at), process.working_days)


class Assignment(NamedTuple):
    """The team that deals with it, and by when."""

    owner: str
    due: date


def reassigned(state: str, now: Assignment, anew: Assignment) -> Assignment:
    """Returns the assignment of a disclosure that came on another day or belongs to another campaign now.

    A disclosure that was passed on by hand stays with that team, and a resolved one as it was.
    """
    if state == "resolved":
        return now
    return Assignment(now.owner if state == "routed" else anew.owner, anew.due)
